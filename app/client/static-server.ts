import {
    createServer,
    type IncomingMessage,
    type RequestListener,
    type Server,
    type ServerResponse,
} from "node:http";
import sirv from "sirv";

/** On every answer: the page loads nothing but its own files and talks to nobody but its own origin. */
const SECURITY_HEADERS = {
    "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
};

/** Draining ends when no request has come for this long, in milliseconds: what is left open is idle. */
const QUIET = 2000;

/** Draining ends after this long in any case, in milliseconds: well before Kubernetes' 30 s run out. */
const LONGEST_DRAIN = 10_000;

/** The answer to a request for the API: only the server has one, and the Ingress sends it there while it is well. */
const NO_API = {
    statusCode: 503,
    error: "Service Unavailable",
    message: "The API is not available at the moment. Please try again shortly.",
};

/** When a request for the API is worth another try, in seconds. */
const RETRY_AFTER = "2";

/** Serves the page's files, with /livez and /readyz beside them, and stops without losing a request. */
export class StaticServer {
    readonly #server: Server;
    #draining = false;
    #lastRequest = 0;

    /** @param folder the built page; its files are listed once, here */
    constructor(folder: string) {
        const files = sirv(folder, {
            etag: true,
            setHeaders: (response, path) => {
                // Files under assets/ have their content's hash in their names; the others are asked for again.
                const forever = path.startsWith("/assets/");
                response.setHeader(
                    "cache-control",
                    forever ? "public, max-age=31536000, immutable" : "no-cache",
                );
            },
        });
        const answer: RequestListener = (request, response) => {
            this.#lastRequest = Date.now();
            if (this.#draining) {
                response.setHeader("connection", "close");
            }
            for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
                response.setHeader(name, value);
            }
            this.#route(request, response, files);
        };
        // Longer than proxies usually keep idle connections, so that it is them who close.
        this.#server = createServer({ keepAliveTimeout: 120_000, requestTimeout: 30_000 }, answer);
    }

    /** Listens on every address; resolves to the port, which the system chooses for 0. */
    async listen(port: number): Promise<number> {
        await new Promise<void>((resolve, reject) => {
            this.#server.once("error", reject);
            this.#server.listen(port, resolve);
        });
        const address = this.#server.address();
        return typeof address === "object" && address !== null ? address.port : port;
    }

    /** Is no longer ready, asks connections to close after their answers, and stops once traffic has gone elsewhere. */
    async drain(): Promise<void> {
        this.#draining = true;
        const begin = Date.now();
        while (
            (await this.#connections()) > 0 &&
            Date.now() - Math.max(begin, this.#lastRequest) < QUIET &&
            Date.now() - begin < LONGEST_DRAIN
        ) {
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        await new Promise<void>((resolve, reject) => {
            this.#server.close((error) => {
                if (error === undefined) {
                    resolve();
                } else {
                    reject(error);
                }
            });
            this.#server.closeIdleConnections();
        });
    }

    #route(request: IncomingMessage, response: ServerResponse, files: ReturnType<typeof sirv>): void {
        const path = pathOf(request);
        if (path === "/api" || path.startsWith("/api/")) {
            // An ingress controller that has no server to send it to takes the route of the page. A 404 or 405 would
            // be the API's own word that there is no such job, and that trying again is in vain.
            response.setHeader("retry-after", RETRY_AFTER);
            send(response, 503, JSON.stringify(NO_API), "application/json; charset=utf-8");
        } else if (path === "/livez") {
            send(response, 200, "alive\n");
        } else if (path === "/readyz") {
            send(response, this.#draining ? 503 : 200, this.#draining ? "shutting down\n" : "ready\n");
        } else if (request.method !== "GET" && request.method !== "HEAD") {
            response.setHeader("allow", "GET, HEAD");
            send(response, 405, "Only GET and HEAD are served here.\n");
        } else {
            files(request, response, () => {
                send(response, 404, "There is no such page.\n");
            });
        }
    }

    async #connections(): Promise<number> {
        return await new Promise((resolve, reject) => {
            this.#server.getConnections((error, count) => {
                if (error === null) {
                    resolve(count);
                } else {
                    reject(error);
                }
            });
        });
    }
}

/** The path of a request, decoded as the files' paths are; as it came where it is not properly encoded. */
function pathOf({ url = "/" }: IncomingMessage): string {
    const [path = "/"] = url.split("?");
    try {
        return decodeURIComponent(path);
    } catch {
        return path;
    }
}

function send(
    response: ServerResponse,
    status: number,
    text: string,
    type = "text/plain; charset=utf-8",
): void {
    response.writeHead(status, { "cache-control": "no-store", "content-type": type });
    response.end(text);
}
