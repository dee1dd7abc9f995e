package io.jenkins.plugins.defendertags.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.model.Action;
import hudson.model.Computer;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.resolve.MachineResolver;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import io.jenkins.plugins.defendertags.machine.AgentMachine;
import io.jenkins.plugins.defendertags.service.DefenderService;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.TransientActionFactory;

/**
 * An agent's page "Microsoft Defender". Everybody who may see the agent sees which machine it is; only those who may see its
 * configuration see what Defender knows of that machine, because that is security data and costs calls to Defender.
 */
public final class DefenderMachineAction implements Action {

    private static final Logger LOGGER = Logger.getLogger(DefenderMachineAction.class.getName());

    private final Computer computer;

    DefenderMachineAction(Computer computer) {
        this.computer = computer;
    }

    public Computer getComputer() {
        return computer;
    }

    @Override
    public String getIconFileName() {
        return "symbol-tag";
    }

    @Override
    public String getDisplayName() {
        return Messages.DefenderMachineAction_DisplayName();
    }

    @Override
    public String getUrlName() {
        return "defender";
    }

    /**
     * Asks the agent and Defender, for the page alone. Blocks for at most the request timeout of the global configuration,
     * whatever they do.
     */
    public View look() throws InterruptedException {
        Duration limit = DefenderConfiguration.get().timeouts().request();
        long end = System.nanoTime() + limit.toNanos();
        boolean mayAskDefender = computer.hasPermission(Computer.EXTENDED_READ);
        AgentMachine own = null;
        try {
            own = within(end, limit, Computer.threadPoolForRemoting.submit(() -> AgentMachine.now(computer, limit)));
            if (!mayAskDefender) {
                return new View(own, false, null, null, null);
            }
            AppRegistration registration = AppRegistrations.findDefault().toAppRegistration();
            MachineName name = new MachineName(own.machine());
            MachineResolver resolver = DefenderService.get().resolver(registration);
            MachineId id = within(end, limit, DefenderService.idOf(resolver.resolve(registration, name)));
            URI portal = registration.cloud().portalPage(id);
            Machine machine =
                    within(end, limit, DefenderService.get().queue(registration).getMachine(registration, id));
            return new View(own, true, machine, portal, null);
        } catch (AbortException | DefenderException x) {
            return new View(own, mayAskDefender, null, null, Troubleshooting.problem(x));
        }
    }

    private <T> T within(long end, Duration limit, Future<T> answer)
            throws AbortException, DefenderException, InterruptedException {
        try {
            return answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException x) {
            throw new AbortException("There was no complete answer within " + limit.toSeconds()
                    + " s. Check the agent and the way to Defender, or load the page again.");
        } catch (ExecutionException x) {
            if (x.getCause() instanceof AbortException expected) {
                throw expected;
            }
            if (x.getCause() instanceof DefenderException expected) {
                throw expected;
            }
            LOGGER.log(Level.WARNING, x, () -> "Could not show the Defender machine of " + computer.getDisplayName());
            throw new AbortException("This could not be found out. See the system log.");
        } finally {
            answer.cancel(true);
        }
    }

    /** The tags that this agent has by its configuration, for those who may see that; empty if it has none. */
    public List<String> getAgentTags() {
        AgentTagsProperty property = AgentTagsProperty.of(computer.getNode());
        return property == null || !computer.hasPermission(Computer.EXTENDED_READ)
                ? List.of()
                : property.getTags().stream()
                        .map(tag -> SingleLine.of(tag, MachineName.MAX_LENGTH))
                        .toList();
    }

    /** Why it does not have all of them yet, or null. */
    @CheckForNull
    public Problem getAgentTagsProblem() {
        AgentTagOperation tagging = AgentTags.get().of(computer);
        return tagging == null || !computer.hasPermission(Computer.EXTENDED_READ) ? null : tagging.problem();
    }

    /** What the page shows; what is not known is null. */
    public static final class View {

        private final AgentMachine own;
        private final boolean mayAskDefender;
        private final Machine machine;
        private final URI portal;
        private final Problem problem;

        View(
                @CheckForNull AgentMachine own,
                boolean mayAskDefender,
                @CheckForNull Machine machine,
                @CheckForNull URI portal,
                @CheckForNull Problem problem) {
            this.own = own;
            this.mayAskDefender = mayAskDefender;
            this.machine = machine;
            this.portal = portal;
            this.problem = problem;
        }

        /** The machine's ID, or the name that an administrator set. */
        @CheckForNull
        public String getMachine() {
            return own == null ? null : SingleLine.of(own.machine(), MachineName.MAX_LENGTH);
        }

        public boolean isSetByAdministrator() {
            return own != null && own.source() == AgentMachine.Source.PROPERTY;
        }

        public boolean isMayAskDefender() {
            return mayAskDefender;
        }

        /** Whether Defender answered. */
        public boolean isKnown() {
            return machine != null;
        }

        @CheckForNull
        public String getComputerDnsName() {
            return machine == null ? null : SingleLine.of(machine.computerDnsName(), MachineName.MAX_LENGTH);
        }

        public List<String> getTags() {
            return machine == null
                    ? List.of()
                    : machine.tags().stream()
                            .map(tag -> SingleLine.of(tag, MachineName.MAX_LENGTH))
                            .toList();
        }

        @CheckForNull
        public String getHealthStatus() {
            return property("healthStatus");
        }

        @CheckForNull
        public String getRiskScore() {
            return property("riskScore");
        }

        @CheckForNull
        private String property(String name) {
            Object value = machine == null ? null : machine.toMap().get(name);
            return value == null ? null : SingleLine.of(Objects.toString(value), 100);
        }

        @CheckForNull
        public String getPortalUrl() {
            return Objects.toString(portal, null);
        }

        /** One line that says why something is not shown. */
        @CheckForNull
        public String getProblem() {
            return problem == null ? null : problem.message();
        }

        /** Where the troubleshooting page explains that; null if it does not. */
        @CheckForNull
        public ErrorCode getErrorCode() {
            return problem == null ? null : problem.errorCode();
        }
    }

    /** Adds the page to every agent, the built-in node included. */
    @Extension
    public static final class Factory extends TransientActionFactory<Computer> {

        @Override
        public Class<Computer> type() {
            return Computer.class;
        }

        @Override
        public Collection<? extends Action> createFor(Computer computer) {
            return List.of(new DefenderMachineAction(computer));
        }
    }
}
