package io.jenkins.plugins.defendertags.soak;

import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.Gate.Trouble;
import io.jenkins.plugins.defendertags.simulator.Throttle;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Everything that the simulator can do to a request. */
final class Troubles {

    private static final Duration WAIT = Duration.ofSeconds(1);

    static final Trouble UNAUTHORIZED =
            Trouble.of(Fault.defenderError(401, "Unauthorized", "The token is expired."));

    private Troubles() {}

    /** By name. */
    static Map<String, Trouble> all() {
        Map<String, Trouble> all = new LinkedHashMap<>();
        all.put("connection refused", Trouble.refused(100));
        all.put("reset before the request is taken", Trouble.reset());
        all.put("reset after the request was taken", Trouble.resetAfterwards());
        all.put("closed before the request is taken", Trouble.of(Fault.closed()));
        all.put("closed after the request was taken", Trouble.of(Fault.closed().afterwards()));
        all.put("body cut", Trouble.of(Fault.cutShort()));
        all.put("body cut after the request was taken", Trouble.of(Fault.cutShort().afterwards()));
        all.put("length too long", Trouble.wrongLength(7));
        all.put("length too short", Trouble.wrongLength(-7));
        all.put("slow drip", Trouble.of(Fault.drip(50)));
        all.put("silence after the request was taken", Trouble.of(Fault.silence().afterwards()));
        all.put("HTML 200", Trouble.of(Fault.html(200)));
        all.put("HTML 403", Trouble.of(Fault.html(403)));
        all.put("JSON of something else", Trouble.of(Fault.answer(200, "application/json", "[1,{\"a\":null}]")));
        all.put("nothing 200", Trouble.of(Fault.answer(200, "application/json", "")));
        all.put("401", UNAUTHORIZED);
        all.put("404", Trouble.of(Fault.defenderError(404, "ResourceNotFound", "Machine was not found")));
        for (int status : new int[] {500, 502, 503, 504}) {
            all.put("" + status, Trouble.of(Fault.answer(status, "text/html", "")));
            all.put(
                    status + " after the request was taken",
                    Trouble.of(Fault.defenderError(status, "Error", "Oops").afterwards()));
        }
        for (Throttle.Told told : Throttle.Told.values()) {
            all.put("429 " + told, Trouble.of(Throttle.refusal(told, WAIT)));
        }
        return all;
    }
}
