import { expect } from "chai";
import { podTroubles, type PodFacts } from "../../../cluster/pod-troubles.ts";

type Container = NonNullable<NonNullable<PodFacts["status"]>["containerStatuses"]>[number];

function pod(container: Omit<Container, "name">): PodFacts {
    return {
        metadata: { name: "server-1" },
        status: { containerStatuses: [{ name: "server", ...container }] },
    };
}

describe("what keeps a pod from running", () => {
    it("is nothing while it only starts", () => {
        expect(
            podTroubles([
                pod({ restartCount: 0, state: { waiting: { reason: "ContainerCreating" } } }),
                pod({ restartCount: 0, state: {} }),
                { metadata: { name: "new" } },
            ]),
        ).to.deep.equal([]);
    });

    it("is said by the scheduler when no node has room", () => {
        const message =
            "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: none.";
        const conditions = [{ type: "PodScheduled", status: "False", message }];
        expect(podTroubles([{ metadata: { name: "mysql-1" }, status: { conditions } }])).to.deep.equal([
            "pod mysql-1: 0/1 nodes are available: 1 Insufficient cpu",
        ]);
    });

    it("is an image that can't be had", () => {
        const waiting = { reason: "ImagePullBackOff", message: "Back-off pulling image x:1" };
        expect(podTroubles([pod({ restartCount: 0, state: { waiting } })])).to.deep.equal([
            "pod server-1, container server: ImagePullBackOff: Back-off pulling image x:1",
        ]);
    });

    it("is a crash, with its exit code and the container's last words", () => {
        const terminated = { exitCode: 1, reason: "Error", message: "starting\nno such table: jobs\n" };
        const waiting = { reason: "CrashLoopBackOff", message: "back-off 10s" };
        expect(
            podTroubles([pod({ restartCount: 2, state: { waiting }, lastState: { terminated } })]),
        ).to.deep.equal([
            "pod server-1, container server: ended with exit code 1 and is restarted: no such table: jobs",
        ]);
    });

    it("is memory beyond the limit, by its name", () => {
        const terminated = { exitCode: 137, reason: "OOMKilled" };
        const waiting = { reason: "CrashLoopBackOff" };
        expect(
            podTroubles([pod({ restartCount: 1, state: { waiting }, lastState: { terminated } })])[0],
        ).to.contain("137 (OOMKilled)");
    });
});
