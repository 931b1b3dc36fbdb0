import { expect } from "chai";

import { proxyFor } from "../../../../cli/process/proxy.ts";

const proxy = "http://proxy.example:3128";

describe("the proxy of an address", () => {
    for (const [address, environment, expected] of [
        ["https://dl.k8s.io/release", { HTTPS_PROXY: proxy }, proxy],
        ["https://dl.k8s.io/release", { https_proxy: proxy }, proxy],
        ["https://dl.k8s.io/release", { HTTPS_PROXY: "", https_proxy: proxy }, proxy],
        ["https://dl.k8s.io/release", { HTTPS_PROXY: "proxy.example:3128" }, proxy],
        ["http://dl.k8s.io/release", { HTTP_PROXY: proxy, HTTPS_PROXY: "http://another" }, proxy],
        ["http://dl.k8s.io/release", { HTTPS_PROXY: proxy }, undefined],
        ["https://dl.k8s.io/release", { HTTP_PROXY: proxy }, undefined],
        ["https://dl.k8s.io/release", {}, undefined],
        ["https://dl.k8s.io/release", { HTTPS_PROXY: "" }, undefined],
    ] as const) {
        it(`${address} is ${expected ?? "none"} with ${JSON.stringify(environment)}`, () => {
            expect(proxyFor(address, environment)).to.equal(expected);
        });
    }

    for (const address of ["https://127.0.0.1:34567", "https://localhost:6443", "https://[::1]:6443"]) {
        it(`is none for this machine's own ${address}, where a kind cluster is`, () => {
            expect(proxyFor(address, { HTTPS_PROXY: proxy })).to.equal(undefined);
        });
    }

    for (const [entry, address, spared] of [
        ["*", "https://dl.k8s.io", true],
        ["k8s.io", "https://dl.k8s.io", true],
        ["k8s.io", "https://k8s.io", true],
        ["K8S.io", "https://dl.k8s.io", true],
        ["8s.io", "https://dl.k8s.io", false],
        [".k8s.io", "https://dl.k8s.io", true],
        [".k8s.io", "https://k8s.io", false],
        ["*.k8s.io", "https://dl.k8s.io", true],
        ["dl.k8s.io:443", "https://dl.k8s.io", true],
        ["dl.k8s.io:8443", "https://dl.k8s.io", false],
        ["example.com, dl.k8s.io", "https://dl.k8s.io", true],
        ["example.com,,", "https://dl.k8s.io", false],
        ["10.1.2.3", "https://10.1.2.3:6443", true],
        ["10.1.2.3:6443", "https://10.1.2.3:6443", true],
        ["10.1.2.3:443", "https://10.1.2.3:6443", false],
        ["2.3", "https://10.1.2.3:6443", false],
        ["10.0.0.0/8", "https://10.1.2.3:6443", true],
        ["10.0.0.0/8", "https://11.1.2.3:6443", false],
        ["10.0.0.0/99", "https://10.1.2.3:6443", false],
        ["fd00::/8", "https://[fd00::1]:6443", true],
        ["fd00::1", "https://[fd00::1]:6443", true],
        ["[fd00::1]:443", "https://[fd00::1]:6443", false],
    ] as const) {
        it(`is ${spared ? "none" : "used"} for ${address} with NO_PROXY=${entry}`, () => {
            for (const name of ["NO_PROXY", "no_proxy"]) {
                const environment = { HTTPS_PROXY: proxy, [name]: entry };
                expect(proxyFor(address, environment)).to.equal(spared ? undefined : proxy);
            }
        });
    }
});
