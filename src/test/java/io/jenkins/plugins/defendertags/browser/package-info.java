/** Drives and watches a real browser. */
package io.jenkins.plugins.defendertags.browser;
