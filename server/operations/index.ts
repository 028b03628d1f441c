/** What the person on call needs: whether it works, how well, what it says about itself, and how it is stopped. */
export { createLog, type LogLine, type LogOptions } from "./log.js";
export { createMetrics, type Metrics, type MetricsSources } from "./metrics.js";
export { type OperationsServer, startOperationsServer } from "./operations-server.js";
export { createOperationsPages, type OperationsPages, type PagesOptions } from "./pages.js";
export { createReadiness, type Readiness, type ReadinessPart, type ReadinessParts } from "./readiness.js";
export { type StopOptions, stopOnSignals, type ToldToStop } from "./stopping.js";
export { withoutPersonalData } from "./without-personal-data.js";
