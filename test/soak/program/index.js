// The program of the soak: what program.json declares, which changes between two commands.
const { readFileSync } = require("node:fs");
const harper = require("pulumi-harper/native");

const made = {};
const resolved = (value) => (value?.nameOf ? made[value.nameOf].name : value);
for (const { name, type, inputs } of JSON.parse(readFileSync("program.json", "utf8"))) {
  const args = Object.entries(inputs).map(([key, value]) => [key, resolved(value)]);
  made[name] = new harper[type](name, Object.fromEntries(args));
}
