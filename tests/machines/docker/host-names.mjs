// Has a Node.js process take the download sites for others than the resolver knows: NODE_OPTIONS=--import=<this file>, and
// in MACHINE_HOSTS the addresses, as in "github.com=127.0.83.1 dl.k8s.io=127.0.83.1".
import dns from "node:dns";
import process from "node:process";

const addresses = new Map(
    (process.env.MACHINE_HOSTS ?? "")
        .split(" ")
        .map((entry) => /** @type {[string, string]} */ (entry.split("="))),
);
const lookup = dns.lookup;

// The type has overloads that nothing can be assigned to.
Object.assign(dns, {
    /**
     * @param {string} host
     * @param {unknown[]} rest
     */
    lookup: (host, ...rest) => Reflect.apply(lookup, dns, [addresses.get(host) ?? host, ...rest]),
});
