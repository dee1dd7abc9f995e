/** The documentation as tests see it; nothing in here needs Jenkins. */
package io.jenkins.plugins.defendertags.docs;
