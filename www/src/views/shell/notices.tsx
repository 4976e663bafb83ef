// What befell the page and stops nobody, until it is put away.

import { type Notice, notices, putAway } from '../../state/notices.ts';
import { say } from '../../words/dictionary.ts';

export function Notices() {
  return (
    <div role="status" aria-label={say.shell.notices} class="notices">
      {notices.value.map((notice) => <Line key={notice.text} notice={notice} />)}
    </div>
  );
}

function Line({ notice }: { notice: Notice }) {
  const { text, action } = notice;
  // The line goes, and the button with it.
  const close = () => {
    putAway(notice);
    document.getElementById('content')?.focus({ preventScroll: true });
  };
  const act = () => {
    putAway(notice);
    action?.act();
    document.getElementById('content')?.focus({ preventScroll: true });
  };
  return (
    <p>
      {text}
      {action && <button type="button" class="link" onClick={act}>{action.label}</button>}
      <button type="button" class="link" onClick={close}>{say.shell.putAway}</button>
    </p>
  );
}
