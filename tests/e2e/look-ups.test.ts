import { expect } from "chai";

import { inNode, namespace, podsOf, runIn } from "./live-cluster.ts";
import { requireApplication } from "./suite.ts";

/**
 * Counts the questions that the look-up of a name takes in a pod that asks nothing by itself: the packets to DNS, of
 * which each question has two, for IPv4 and for IPv6. The CoreDNS of the node image that is made here can't log them.
 */
async function questions(name: string): Promise<number> {
    const [pod] = await podsOf("client");
    const rule = `PREROUTING -s ${pod?.status?.podIP ?? ""} -p udp --dport 53`;
    await inNode(`iptables -t mangle -I ${rule}`);
    try {
        await runIn("client", "getent", "ahosts", name);
        const counters = await inNode("iptables -t mangle -nvxL PREROUTING 1");
        return Number(counters.trim().split(/\s+/)[0]) / 2;
    } finally {
        await inNode(`iptables -t mangle -D ${rule}`);
    }
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
});
