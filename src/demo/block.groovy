// The tag is there while the block runs, and removed however the block ends.
node('agent') {
    withDefenderTag('building') {
        sleep 5
    }
}
