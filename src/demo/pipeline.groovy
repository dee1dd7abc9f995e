// A scripted Pipeline: the agent tags itself, and the script reads what Defender returned.
node('agent') {
    def machine = defenderTag(action: 'Add', value: 'build-agent')
    echo "Defender's record of this agent: ${machine.computerDnsName}, tags ${machine.machineTags}, risk ${machine.riskScore}"
}
