package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.time.Instant;

/** Who holds a tag: it is removed when the last of its holders has ended. Immutable. */
public sealed interface LeaseHolder {

    /** Identifies the holder; stays the same after a restart. */
    String id();

    /** The build that asked for the tag, as {@code team/job#7}; null for an agent. */
    @CheckForNull
    String build();

    /** The agent that holds the tag or that the build was on; "" for the built-in node; null if there is none. */
    @CheckForNull
    String node();

    /** For people and logs: {@code build team/job#7}, {@code agent build-07}. */
    default String describe() {
        return "build " + build();
    }

    /** The same holder after its job got another full name. */
    default LeaseHolder movedTo(String newBuild) {
        return this;
    }

    /** A {@code withDefenderTag} block of a build. */
    record Block(String id, String build, @CheckForNull String node) implements LeaseHolder {

        @Override
        public LeaseHolder movedTo(String newBuild) {
            return new Block(id, newBuild, node);
        }
    }

    /** An agent, for as long as there is one of that name. */
    record Agent(String name) implements LeaseHolder {

        @Override
        public String id() {
            return "agent " + name;
        }

        @Override
        @CheckForNull
        public String build() {
            return null;
        }

        @Override
        public String node() {
            return name;
        }

        @Override
        public String describe() {
            return "agent " + (name.isEmpty() ? "built-in" : name);
        }
    }

    /** A time, as the {@code keepFor} of a step sets it. */
    record Time(String id, String build, @CheckForNull String node, Instant until) implements LeaseHolder {

        @Override
        public LeaseHolder movedTo(String newBuild) {
            return new Time(id, newBuild, node, until);
        }

        @Override
        public String describe() {
            return "build " + build + ", to be kept until " + until;
        }
    }
}
