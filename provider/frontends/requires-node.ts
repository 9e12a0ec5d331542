import { nodeProblem } from "../node-version";

// To be imported before all that fails on an old one with a riddle.
const { engines } = require("pulumi-harper/package.json") as { engines: { node: string } };
const problem = nodeProblem(engines.node);
if (problem) throw new Error(`pulumi-harper: ${problem}`);
