/**
 * {@code ./dev demo}: the plugin in a real Jenkins where there is one, else a sample Pipeline against the same client; both
 * with a simulated Defender.
 */
package io.jenkins.plugins.defendertags.demo;
