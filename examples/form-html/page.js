import { load, Policy } from '/tollgate/dist/decide.js';
import '/tollgate/dist/form.js';

const form = document.querySelector('tollgate-form');
form.addEventListener('tollgate-submit', ({ detail: { request, decision } }) => {
  document.querySelector('output').textContent = `${request.title}: ${decision.class?.value ?? decision.scope.value}`;
});
const [image] = await Promise.all([fetch('policy.image').then((answer) => answer.arrayBuffer()), load()]);
form.policy = Policy.open(image);
