import type { HandoffPayload, Ticket } from "../capabilities.js";
import type { Tool } from "../connector.js";
import { ok } from "../connector.js";
import { CallFailed } from "../failure.js";
import { HTML, handoffText, transcriptText } from "../handoff-text.js";
import type { Http, HttpCall } from "../http.js";
import { defineTool } from "../tool.js";
import { known } from "../values.js";
import {
  ACTIVITY_LIMIT,
  addActivity,
  createTask,
  findCustomer,
  findTask,
  idFrom,
  type NewActivity,
  TASK_LIMIT,
} from "./client.js";

export interface GladlyToolOptions {
  readonly baseUrl: string;
  readonly inboxId: string;
  /** Inbox for a queue by its name; others go to `inboxId`. */
  readonly inboxes: Readonly<Record<string, string>>;
  readonly fallbackEmail: string | undefined;
  readonly botName: string;
  readonly transcriptUrl: ((handoffId: string) => string) | undefined;
  readonly now: () => number;
}

/** Gladly has no priorities; what is due first is done first. */
const DUE_MINUTES = { urgent: 15, high: 60, normal: 240, low: 1_440 } as const;

export function gladlyTools(http: Http, options: GladlyToolOptions): Tool[] {
  return [
    defineTool(http, {
      name: "gladly_handoff",
      capability: "handoff",
      system: "gladly",
      async run(payload, call) {
        const email = payload.customer.email ?? options.fallbackEmail;
        if (email === undefined) {
          return { result: "refused", reason: "Gladly files work under an e-mail address, and none is known." };
        }
        const taskId = taskIdOf(payload);
        const customerId = await findCustomer(call, email);
        const task = await createTask(call, customerId === undefined ? { email } : { id: customerId }, {
          id: taskId,
          inboxId: options.inboxes[payload.queue] ?? options.inboxId,
          body: handoffText(payload, { ...HTML, limit: TASK_LIMIT }),
          dueAt: new Date(options.now() + DUE_MINUTES[payload.priority] * 60_000).toISOString(),
        });
        if (task.result === "refused") return task;
        await addTranscript(call, email, payload);
        return ok(ticketOf(taskId, customerId), `Gladly task ${taskId}`);
      },
      async readBack(payload, call) {
        const taskId = taskIdOf(payload);
        const task = await findTask(call, taskId);
        if (task === undefined) return { result: "not_found" };
        return ok(ticketOf(taskId, task.customerId ?? undefined), `Gladly task ${taskId}`);
      },
    }),
  ];

  /** On the timeline, where agents look. The task is what counts: without the transcript it still holds the essence. */
  async function addTranscript(call: HttpCall, email: string, payload: HandoffPayload): Promise<void> {
    const url = options.transcriptUrl?.(payload.handoff_id);
    const activity: NewActivity = {
      id: idFrom(`activity:${payload.handoff_id}`),
      title: `Chat transcript ${payload.handoff_id}`.slice(0, 100),
      body: transcriptText(payload, { ...HTML, limit: ACTIVITY_LIMIT }),
      sourceName: options.botName.slice(0, 50),
      occurredAt: new Date(options.now()).toISOString(),
      ...(url === undefined ? {} : { link: { url, text: "Whole conversation" } }),
    };
    try {
      await addActivity(call, email, activity);
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
    }
  }

  function ticketOf(taskId: string, customerId: string | undefined): Ticket {
    return known({
      id: taskId,
      // Where agents see a customer. Assumed: Gladly documents the addresses of its API only.
      url: customerId === undefined ? undefined : new URL(`/customer/${customerId}`, options.baseUrl).href,
      mode: "async" as const,
    });
  }
}

function taskIdOf({ handoff_id }: HandoffPayload): string {
  return idFrom(`task:${handoff_id}`);
}
