// What node loads before the Pulumi program, named in Pulumi.yaml: from here on `require` takes TypeScript too, and the
// parts of Pulumi's SDK that the program has no use for wait until somebody does. It is JavaScript because it must run
// before that.
require("./transpile.js");
require("./deferred-modules.ts");
