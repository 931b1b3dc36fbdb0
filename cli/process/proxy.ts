import { BlockList, isIP, isIPv6 } from "node:net";

import type { Environment } from "./environment.ts";

/**
 * Chooses the proxy of an address by HTTPS_PROXY, HTTP_PROXY and NO_PROXY, with the rules of Go's programs, to which
 * kubectl, kind, Docker and Pulumi's providers belong: what they reach, the commands reach in the same way. Libraries for
 * Node.js know other rules, none of them networks in NO_PROXY, such as 10.0.0.0/8. This machine itself is never reached by
 * a proxy.
 *
 * @returns the proxy's address, or undefined where there is none
 */
export function proxyFor(address: string, environment: Environment = process.env): string | undefined {
    if (!URL.canParse(address)) {
        return undefined;
    }
    const { protocol, hostname, port } = new URL(address);
    const host = hostname.replace(/^\[(.*)\]$/, "$1");
    const secure = protocol === "https:";
    const proxy = valueOf(secure ? "HTTPS_PROXY" : "HTTP_PROXY", environment);
    const target = { host, port: port === "" ? (secure ? "443" : "80") : port };
    const exceptions = valueOf("NO_PROXY", environment).split(",");
    if (proxy === "" || isLoopback(host) || exceptions.some((exception) => covers(exception, target))) {
        return undefined;
    }
    return proxy.includes("://") ? proxy : `http://${proxy}`;
}

function valueOf(name: string, environment: Environment): string {
    return [name, name.toLowerCase()].map((spelling) => environment[spelling] ?? "").find(Boolean) ?? "";
}

function isLoopback(host: string): boolean {
    return host === "localhost" || isWithin("127.0.0.0/8", host) || isWithin("::1/128", host);
}

/** True if an entry of NO_PROXY means a host: `*`, `10.0.0.0/8`, `10.1.2.3`, `example.com`, `.example.com:8443`. */
function covers(entry: string, { host, port }: { readonly host: string; readonly port: string }): boolean {
    const text = entry.trim().toLowerCase();
    if (text === "*" || isWithin(text, host)) {
        return true;
    }
    const [, name = "", onlyPort] = /^(.*?)(?::(\d+))?$/.exec(isIPv6(text) ? `[${text}]` : text) ?? [];
    if (name === "" || (onlyPort !== undefined && onlyPort !== port)) {
        return false;
    }
    if (isIP(host) !== 0) {
        return name.replace(/^\[(.*)\]$/, "$1") === host;
    }
    // As in `example.com`, which means the domains below it, too, and `.example.com` or `*.example.com`, which don't
    // mean it itself.
    return host === name || host.endsWith(`.${name.replace(/^\*?\./, "")}`);
}

function isWithin(network: string, host: string): boolean {
    const [, base = "", bits = ""] = /^([0-9a-f.:]+)\/(\d+)$/.exec(network) ?? [];
    const version = isIP(base);
    if (version === 0 || version !== isIP(host) || Number(bits) > (version === 6 ? 128 : 32)) {
        return false;
    }
    const family = version === 6 ? "ipv6" : "ipv4";
    const list = new BlockList();
    list.addSubnet(base, Number(bits), family);
    return list.check(host, family);
}
