import { realWorld } from "../lifecycle/real-world";
import { lifecycleSuite } from "../lifecycle/suite";

// On the cluster that cluster.mts starts for this file. What this version does otherwise is in test/lifecycle/differences.ts.
lifecycleSuite("Harper 4.4.18", () => realWorld(process.env.PULUMI_HARPER_TEST_CLUSTER ?? ""));
