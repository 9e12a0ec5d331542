import { realWorld } from "../lifecycle/real-world";
import { lifecycleSuite } from "../lifecycle/suite";

lifecycleSuite("real instances", () => realWorld(process.env.PULUMI_HARPER_TEST_CLUSTER ?? ""));
