/** What tests with a Jenkins have in common. May use every package. */
package io.jenkins.plugins.defendertags.testing;
