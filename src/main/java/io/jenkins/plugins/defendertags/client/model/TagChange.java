package io.jenkins.plugins.defendertags.client.model;

/** One tag to add to, or remove from, one machine. */
public record TagChange(TagAction action, Tag tag, MachineId machine) {}
