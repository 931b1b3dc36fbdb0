import { expect } from "chai";
import {
    addressesIn,
    areConnected,
    attemptIn,
    readAnswers,
    readHttpAnswer,
} from "../../../../cli/verify/probe-scripts.ts";

describe("what a probe prints", () => {
    it("is read as one attempt for each address, in whatever order they ended", () => {
        const stdout = [
            "2 124 ",
            "0 0 ",
            "1 1 bash: connect: Connection refused bash: line 1: /dev/tcp/10.0.0.1/1: Connection refused",
            "3 1 bash: nope: Name or service not known",
            "4 1 bash: connect: No route to host",
        ].join("\n");
        expect(readAnswers(stdout, 6).map(attemptIn)).to.deep.equal([
            "open",
            "refused",
            "no answer",
            "no such name",
            "unreachable",
            undefined,
        ]);
    });

    it("is read as the addresses of each name, none of one that does not resolve", () => {
        expect(readAnswers("1 0 \n0 0 10.96.0.1 fd00::1\n", 3).map(addressesIn)).to.deep.equal([
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

    it("tells which pods have a connection of another, by IPv4, by IPv4 mapped to IPv6 and by IPv6", () => {
        const heading =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
        const table = (...lines: string[]): string => [heading, ...lines].join("\n");
        const rest = "00000000:00000000 00:00000000 00000000 10001";
        const source = table(
            `   0: 9A00F40A:D431 B1C2600A:1F90 01 ${rest}`,
            `   1: 000000FD000000000000000002000000:D434 000000FD000000000000000001000000:1F90 01 ${rest}`,
            `   2: 9A00F40A:D435 B1C2600A:1F90 06 ${rest}`,
        );
        const mapped = "0000000000000000FFFF0000";
        for (const line of [
            `   1: 0700F40A:1F90 9A00F40A:D431 01 ${rest}`,
            `   3: ${mapped}0700F40A:1F90 ${mapped}9A00F40A:D431 01 ${rest}`,
            `   4: 000000FD000000000000000001000000:1F90 000000FD000000000000000002000000:D434 01 ${rest}`,
        ]) {
            expect(areConnected(source, table(line)), line).to.equal(true);
        }
        for (const line of [
            `   0: 00000000:1F90 00000000:0000 0A ${rest}`,
            `   1: 0700F40A:1F90 9B00F40A:D431 01 ${rest}`,
            `   2: 0700F40A:1F90 9A00F40A:D435 01 ${rest}`,
            `   3: 0700F40A:1F90 9A00F40A:D431 06 ${rest}`,
        ]) {
            expect(areConnected(source, table(line)), line).to.equal(false);
        }
    });
});
