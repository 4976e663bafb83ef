// Keeps the trail beside the page: the whole engine, the keys and the database are here, and the page only asks. A check of the whole
// trail has a worker of its own, so that nobody waits for it.

import { load, verifyTrail } from 'tollgate';

import { databaseStore } from '../store/trail/store.ts';
import { Desk } from './desk.ts';
import { faultOf } from './fault.ts';
import type { Asked, CallName, Calls, Told } from './messages.ts';

const desks = new Map<string, Desk>();
const tell = (told: Told) => postMessage(told);

addEventListener('message', ({ data }: MessageEvent<Asked>) => void answer(data));

async function answer(asked: Asked): Promise<void> {
  const { id } = asked;
  try {
    await load();
    tell({ id, kind: 'done', answer: await done(asked) });
  } catch (error) {
    tell({ id, kind: 'failed', fault: faultOf(error) });
  }
}

function done({ id, trail, call, given }: Asked): Promise<unknown> {
  if (call === 'verify') return verified(id, trail, given as Calls['verify'][0]);
  let desk = desks.get(trail);
  if (!desk) desks.set(trail, (desk = new Desk(trail, () => tell({ kind: 'changed', trail }))));
  return HANDLERS[call](desk, given as never);
}

const HANDLERS: { [Name in Exclude<CallName, 'verify'>]: (desk: Desk, given: Calls[Name][0]) => Promise<Calls[Name][1]> } = {
  look: (desk, { takeOver }) => desk.look(takeOver),
  lines: (desk, { from }) => desk.lines(from),
  detail: (desk, { index }) => desk.detail(index),
  begin: (desk, beginning) => desk.begin(beginning),
  submit: (desk, { request }) => desk.submit(request),
  enrol: (desk, given) => desk.enrol(given),
  propose: (desk, { files }) => desk.propose(files),
  adopt: (desk, given) => desk.adopt(given),
  findings: (desk, { roster }) => desk.findings(roster),
  setRoster: (desk, { roster }) => desk.setRoster(roster),
  recover: (desk, { person, words }) => desk.recover(person, words),
  prove: (desk, { index }) => desk.prove(index),
  pack: (desk, { disclosures }) => desk.pack(disclosures),
  unpack: (desk, { bytes }) => desk.unpack(bytes),
};

const verified = (id: number, trail: string, { pins, redecide }: Calls['verify'][0]) =>
  verifyTrail({ store: databaseStore(trail), pins, redecide, onProgress: (entries) => tell({ id, kind: 'progress', entries }) });
