import { expect } from "chai";
import { judgeLock } from "../../../cli/session/lock.ts";

describe("the lock that another Pulumi left on a stack", () => {
    const lock = { pid: 42, username: "ann", hostname: "here", timestamp: "2026-01-01T00:00:00Z" };

    it("is removed when its process is dead", () => {
        expect(judgeLock(lock, "here", undefined)).to.equal("remove");
    });

    it("is removed when its process number now belongs to another program", () => {
        expect(judgeLock(lock, "here", "postgres")).to.equal("remove");
    });

    it("is waited for while its Pulumi lives", () => {
        expect(judgeLock(lock, "here", "pulumi")).to.equal("wait");
    });

    it("is never judged from another machine", () => {
        expect(judgeLock(lock, "there", undefined)).to.equal("refuse");
    });
});
