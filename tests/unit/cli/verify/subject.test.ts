import { expect } from "chai";
import { readDeclared } from "../../../../cli/verify/subject.ts";

function service(name: string, port: number): object {
    const fqdn = `${name}.shop.svc.cluster.local`;
    return { name, qualifiedName: `${name}.shop`, fqdn, port, endpoint: `${fqdn}:${String(port)}` };
}

const outputs = {
    url: "http://localhost",
    namespace: "shop",
    services: { server: service("server", 8080), mysql: service("mysql", 3306) },
    topology: {
        tiers: {
            server: { protocol: "http", connectsTo: ["mysql"] },
            mysql: { protocol: "mysql", connectsTo: [], database: "orders" },
        },
        routes: { "/api": "server" },
    },
};

describe("a stack's outputs", () => {
    it("are read as tiers, each with its address, its protocol and the database that it serves", () => {
        const { namespace, tiers } = readDeclared(outputs);
        expect(namespace).to.equal("shop");
        expect(tiers[0]).to.deep.equal({
            name: "server",
            protocol: "http",
            port: 8080,
            qualifiedName: "server.shop",
            fqdn: "server.shop.svc.cluster.local",
        });
        expect(tiers[1]).to.include({ protocol: "mysql", database: "orders" });
    });

    it("are read without a database, as stacks of earlier versions have them, and without an Ingress", () => {
        const { server } = outputs.topology.tiers;
        const mysql = { protocol: "mysql", connectsTo: [] };
        const { url, tiers } = readDeclared({
            namespace: outputs.namespace,
            services: outputs.services,
            topology: { tiers: { server, mysql }, routes: {} },
        });
        expect(url).to.equal(undefined);
        expect(tiers.map(({ database }) => database)).to.deep.equal([undefined, undefined]);
    });

    it("are refused without a topology or with one of another form, with what a program must export", () => {
        for (const topology of [
            undefined,
            { tiers: { server: { protocol: "smtp", connectsTo: [] } }, routes: {} },
        ]) {
            expect(() => readDeclared({ ...outputs, topology }), JSON.stringify(topology)).to.throw(
                "does not export what verify checks: namespace, services and topology",
            );
        }
    });

    it("are refused if a tier of the topology has no address", () => {
        const { server } = outputs.services;
        expect(() => readDeclared({ ...outputs, services: { server } })).to.throw("has the tier mysql");
    });
});
