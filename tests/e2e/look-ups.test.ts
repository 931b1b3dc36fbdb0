import { expect } from "chai";

import { inNode, namespace, podsOf, runIn } from "./live-cluster.ts";
import { requireApplication } from "./suite.ts";

/** Does something while a rule of the node's iptables sees the questions of a pod that asks nothing by itself. */
async function withRule(target: string, work: () => Promise<void>): Promise<void> {
    const [pod] = await podsOf("client");
    const rule = `PREROUTING -s ${pod?.status?.podIP ?? ""} -p udp --dport 53 ${target}`;
    await inNode(`iptables -t mangle -I ${rule}`);
    try {
        await work();
    } finally {
        await inNode(`iptables -t mangle -D ${rule}`);
    }
}

/**
 * Counts the questions that the look-up of a name takes: the packets to DNS, of which each question has two, for IPv4 and
 * for IPv6. The CoreDNS of the node image that is made here can't log them.
 */
async function questions(name: string): Promise<number> {
    let packets = 0;
    await withRule("", async () => {
        await runIn("client", "getent", "ahosts", name);
        const counters = await inNode("iptables -t mangle -nvxL PREROUTING 1");
        packets = Number(counters.trim().split(/\s+/)[0]);
    });
    return packets / 2;
}

/** Measures the look-up of a name whose first packet is lost, in seconds. */
async function secondsThoughOneIsLost(name: string): Promise<number> {
    let seconds = 0;
    await withRule("-m statistic --mode nth --every 1000 --packet 0 -j DROP", async () => {
        const script = 'TIMEFORMAT=%R; { time getent ahosts "$0" >/dev/null; } 2>&1';
        seconds = Number(await runIn("client", "bash", "-c", script, name));
    });
    return seconds;
}

describe("the look-up of a tier's name, from a pod of another tier", () => {
    before(requireApplication);

    it("takes one question for the FQDN, which is what <PEER>_HOST has", async () => {
        expect(await questions(`mysql.${namespace}.svc.cluster.local`)).to.equal(1);
    });

    it("finds the shorter names too, by the search list", async () => {
        expect(await questions("mysql")).to.equal(1);
        expect(await questions(`mysql.${namespace}`)).to.equal(2);
        expect(await questions(`mysql.${namespace}.svc`)).to.equal(3);
    });

    it("asks again soon if a question is lost, as those are for which a pod of DNS is drained", async () => {
        // By default after 5 s, by when the server has given up its connection to MySQL.
        expect(await secondsThoughOneIsLost(`mysql.${namespace}.svc.cluster.local`)).to.be.within(1, 4);
    });
});
