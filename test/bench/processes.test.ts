import { expect, test } from "vitest";
import { type Process, parseCommand, parsePeak, parseStat, roleOf, treeOf } from "../../bench/processes/proc.mts";
import { UsageMeter } from "../../bench/processes/usage.mts";

test("stat is read behind the name, which may hold brackets and spaces", () => {
  const stat = "4242 (a) b (c)) S 17 4242 4242 0 -1 4194560 2 0 0 0 150 25 300 40 20 0 11 0 999 1000 200";
  expect(parseStat(stat)).toEqual({ pid: 4242, parent: 17, cpu: 1.75, waitedCpu: 3.4 });
});

test("the peak is in bytes, and nothing where a process has ended", () => {
  expect(parsePeak("Name:\tnode\nVmPeak:\t  900 kB\nVmHWM:\t   123 kB\nVmRSS:\t 99 kB\n")).toBe(123 * 1024);
  expect(parsePeak("Name:\tnode\nState:\tZ (zombie)\n")).toBe(0);
});

test("processes are told apart by what they run", () => {
  expect(roleOf(parseCommand("node\0/p/node_modules/pulumi-harper/plugin/bundle/main.js\x0a7.0.0.1:1\0"))).toBe(
    "provider",
  );
  expect(roleOf("node /p/node_modules/@pulumi/pulumi/cmd/dynamic-provider 127.0.0.1:1")).toBe("provider");
  expect(roleOf("/p/terraform-provider-restapi")).toBe("provider");
  expect(roleOf("node /p/node_modules/@pulumi/pulumi/cmd/run --monitor")).toBe("program");
  expect(roleOf("pulumi up")).toBeUndefined();
});

const one = (pid: number, parent: number, command: string, more: Partial<Process> = {}): Process => ({
  pid,
  parent,
  command,
  cpu: 1,
  waitedCpu: 0,
  peak: 10,
  ...more,
});

test("what has no role of its own has its parent's; others on the machine have none", () => {
  const processes = [
    one(1, 0, "init"),
    one(2, 1, "pulumi up"),
    one(3, 2, "pulumi-language-nodejs"),
    one(4, 3, "node --version"),
    one(5, 2, "pulumi-resource-harper"),
    one(6, 1, "pulumi-resource-harper of somebody else"),
  ];
  const tree = [...treeOf(processes, 2, "engine")].map(([{ pid }, role]) => [pid, role]);
  expect(Object.fromEntries(tree)).toEqual({ 2: "engine", 3: "program", 4: "program", 5: "provider" });
});

test("memory is the most at once, processor time the last of each process", () => {
  const meter = new UsageMeter();
  meter.see(
    new Map([
      [one(5, 2, "plugin", { cpu: 1, peak: 100 }), "provider"],
      [one(6, 2, "plugin", { cpu: 0.5, peak: 40 }), "provider"],
    ]),
  );
  meter.see(new Map([[one(5, 2, "plugin", { cpu: 3, peak: 120 }), "provider"]]));
  expect(meter.usage()).toEqual({ provider: { memory: 140, largest: 120, cpu: 3.5 } });
});

test("what has ended and is not waited for stays what it was: it has no command any more", () => {
  const meter = new UsageMeter();
  meter.see(new Map([[one(5, 2, "pulumi-resource-harper", { cpu: 1, peak: 100 }), "provider"]]));
  meter.see(new Map([[one(5, 2, "", { cpu: 2, peak: 0 }), "engine"]]));
  expect(meter.usage()).toEqual({ provider: { memory: 100, largest: 100, cpu: 2 } });
});

test("a command that was over before anybody looked counts for the provider that ran it, and once", () => {
  const meter = new UsageMeter();
  meter.see(
    new Map([
      [one(5, 2, "plugin", { cpu: 1 }), "provider"],
      [one(7, 5, "curl", { cpu: 0.5 }), "provider"],
    ]),
  );
  meter.see(new Map([[one(5, 2, "plugin", { cpu: 1, waitedCpu: 2 }), "provider"]]));
  expect(meter.usage().provider?.cpu).toBe(3);
});
