/**
 * `:host` rules are `!important` because a shop's own rules (`* { all: unset }`) would win otherwise. The focus ring is
 * two-coloured so that it shows on any background.
 */
export const launcherStyle = `
:host{all:initial!important;position:fixed!important;z-index:2147483000!important}
button,iframe{all:unset;position:fixed;bottom:20px;inset-inline-end:20px;box-sizing:border-box}
:host([data-side=left]) :is(button,iframe){inset-inline:20px auto}
button{width:60px;height:60px;border-radius:50%;background:var(--accent,#24292f);color:#fff;cursor:pointer;
box-shadow:0 1px 2px #0003,0 8px 24px #0003;transition:transform .2s}
button:hover{transform:scale(1.05)}button:active{transform:scale(.96)}
button:focus-visible{outline:3px solid #fff;box-shadow:0 0 0 6px #1a56db}
svg{position:absolute;inset:16px;transition:opacity .2s,transform .2s}
svg+svg,:host([data-shown]) svg{opacity:0;transform:rotate(-45deg)}:host([data-shown]) svg+svg{opacity:1;transform:none}
svg{fill:currentColor}svg+svg{fill:none;stroke:currentColor;stroke-width:2.2}
span{position:absolute;top:-4px;inset-inline-end:-4px;min-width:22px;height:22px;padding:0 6px;box-sizing:border-box;
border-radius:11px;background:#c81e1e;color:#fff;font:600 12px/22px system-ui,sans-serif;text-align:center;box-shadow:0 0 0 2px #fff}
span[hidden]{display:none}
iframe{bottom:92px;width:400px;max-width:calc(100vw - 40px);height:min(704px,calc(100vh - 112px));border-radius:20px;
background:#fff;box-shadow:0 0 0 1px #0001,0 8px 24px #0003,0 24px 64px #0003;
visibility:hidden;opacity:0;transition:opacity .2s,visibility 0s .2s}
:host([data-shown]) iframe{visibility:visible;opacity:1;transition:opacity .2s}
@media (prefers-color-scheme:dark){iframe{background:#16181b}}
@media (max-width:480px),(max-height:480px){
:host iframe{inset:0!important;width:100vw;max-width:none;height:100vh;height:100dvh;border-radius:0}
:host([data-shown]) button{visibility:hidden}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media (forced-colors:active){button{border:2px solid}}
@media print{:host{display:none!important}}
`;
