// Loaded into every node process of a measured run (NODE_OPTIONS): writes the most memory that the process had, in
// kilobytes, into the folder that BENCH_PEAKS names.
const { writeFileSync } = require("node:fs");
const { join } = require("node:path");
const process = require("node:process");

process.on("exit", () => {
    const peak = process.resourceUsage().maxRSS;
    writeFileSync(join(process.env.BENCH_PEAKS, String(process.pid)), String(peak));
});
