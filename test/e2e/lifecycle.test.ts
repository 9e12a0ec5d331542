import { realWorld } from "../lifecycle/real-world";
import { lifecycleSuite } from "../lifecycle/suite";
import { runPlugin } from "../plugin/run";

lifecycleSuite("real instances", () => realWorld(process.env.PULUMI_HARPER_TEST_CLUSTER ?? ""));
lifecycleSuite(
  "real instances through the plugin",
  () => realWorld(process.env.PULUMI_HARPER_TEST_CLUSTER ?? ""),
  runPlugin,
);
