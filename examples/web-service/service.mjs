// A service that answers with what the URLs in FETCHES, separated by spaces, say.
import process from "node:process";

import { fetchJson, serve } from "./serve.mjs";

const urls = (process.env.FETCHES ?? "").split(" ").filter((url) => url !== "");
serve(Object.fromEntries(urls.map((url) => [url, () => fetchJson(url)])));
