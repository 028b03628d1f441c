import type { Conversation } from "../conversation.js";
import type { Strings } from "../locales/index.js";
import { Icon } from "./icons.js";
import type { Acts } from "./panel.js";

interface WelcomeProps {
  readonly conversation: Conversation;
  readonly acts: Acts;
  readonly say: Strings;
}

/** Before the first word: what can be asked, one tap away. */
export function Welcome({ conversation, acts, say }: WelcomeProps) {
  return (
    <div class="welcome">
      <h2>{conversation.name ? say.helloName(conversation.name) : say.hello}</h2>
      <p>{say.welcome}</p>
      <ul class="choices">
        {say.starters.map((starter) => (
          <li key={starter}>
            <button type="button" class="choice" onClick={() => acts.write(starter)}>
              <span class="choice-label">{starter}</span>
              <Icon name="chevron" />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
