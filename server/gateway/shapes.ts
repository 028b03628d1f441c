import { z } from "zod";

/** What a client may send, in the words of `server/protocol`; everything else is refused at the door. */
export const JoinShape = z
  .object({
    protocol: z.literal(1),
    conversation: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/)
      .optional(),
    secret: z.string().min(1).max(200).optional(),
    since: z.int().min(0).max(1_000_000_000),
    locale: z
      .string()
      .regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}$/)
      .optional(),
    identity: z.string().max(8_192).optional(),
  })
  .refine(({ conversation, secret }) => (conversation === undefined) === (secret === undefined));

export type Join = z.infer<typeof JoinShape>;

export const UtteranceShape = z.object({
  messageId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
  text: z.string(),
  choice: z.string().min(1).max(200).optional(),
});

export const SinceShape = z.int().min(0).max(1_000_000_000);
export const TypingShape = z.boolean();
/** Empty after signing out. */
export const TokenShape = z.string().max(8_192).nullish();
