// Tags its agent and another machine, which Defender does not know. The build goes on without that one.
node('agent') {
    defenderTag(action: 'Add', value: 'release-2026.11')
    defenderTag(action: 'Add', value: 'release-2026.11', machine: 'staging-03.example.com', onError: 'UNSTABLE')
}
