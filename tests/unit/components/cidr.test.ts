import { expect } from "chai";
import { isCidr } from "../../../components/cidr";

describe("a block of addresses", () => {
    for (const text of ["0.0.0.0/0", "10.0.0.0/8", "169.254.20.10/32", "::/0", "fd00::/8", "fd00::a/128"]) {
        it(`can be ${text}`, () => {
            expect(isCidr(text)).to.equal(true);
        });
    }

    const others = [
        ...["", "10.0.0.0", "10.0.0.0/", "10.0.0/8", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/8/8"],
        ...["fd00::/129", "fe80::1%eth0/64", "localhost/8", " 10.0.0.0/8", "10.0.0.0/-1"],
    ];
    for (const text of others) {
        it(`can't be "${text}"`, () => {
            expect(isCidr(text)).to.equal(false);
        });
    }
});
