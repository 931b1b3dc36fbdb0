import { expect } from "chai";
import {
    readAddresses,
    readAttempts,
    readHttpAnswer,
    readPeers,
} from "../../../../cli/verify/probe-scripts.ts";

describe("what a probe prints", () => {
    it("is read as one attempt for each address, in whatever order they ended", () => {
        const stdout = [
            "2 124 2003 ",
            "0 0 4 ",
            "1 1 1 bash: connect: Connection refused bash: line 1: /dev/tcp/10.0.0.1/1: Connection refused",
            "3 1 9 bash: nope: Name or service not known",
            "4 1 9 bash: connect: No route to host",
        ].join("\n");
        expect(readAttempts(stdout, 6).map((attempt) => attempt?.outcome)).to.deep.equal([
            "open",
            "refused",
            "no answer",
            "no such name",
            "unreachable",
            undefined,
        ]);
    });

    it("is read as the addresses of each name, none of one that does not resolve", () => {
        expect(readAddresses("1 2\n0 0 10.96.0.1 fd00::1\n", 3)).to.deep.equal([
            ["10.96.0.1", "fd00::1"],
            [],
            [],
        ]);
    });

    it("is read as an HTTP answer, or as none", () => {
        const stdout = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>\r\n\r\n</p>";
        expect(readHttpAnswer(stdout)).to.deep.equal({
            status: 200,
            contentType: "text/html",
            body: "<p>\r\n\r\n</p>",
        });
        expect(readHttpAnswer("-NOAUTH Authentication required.\r\n\r\n")).to.equal(undefined);
        expect(readHttpAnswer("")).to.equal(undefined);
    });

    it("tells who has an established connection to a port, by IPv4 and by IPv4 mapped to IPv6", () => {
        const table = [
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid",
            "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 10001",
            "   1: 0700F40A:1F90 9A00F40A:D431 01 00000000:00000000 00:00000000 00000000 10001",
            "   2: 0700F40A:1F91 9B00F40A:D432 01 00000000:00000000 00:00000000 00000000 10001",
            "   3: 0000000000000000FFFF00000700F40A:1F90 0000000000000000FFFF00009C00F40A:D433 01 00000000:00000000",
            "   4: 000000FD000000000000000001000000:1F90 000000FD000000000000000002000000:D434 01 00000000:00000000",
        ].join("\n");
        expect(readPeers(table, 8080)).to.deep.equal(["10.244.0.154", "10.244.0.156", "fd00::2"]);
    });
});
