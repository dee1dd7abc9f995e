// Tags many machines by their names, without an agent. Defender does not know the last one, and the build goes on without it.
def fleet = []
for (int i = 1; i <= 24; i++) {
    fleet << "test-${i < 10 ? '0' : ''}${i}.example.com".toString()
}
fleet << 'test-99.example.com'
defenderTag(action: 'Add', value: 'release-2026.11', machines: fleet, onError: 'UNSTABLE')
