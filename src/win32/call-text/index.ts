// How calls look as text, for everybody who shows them: the readers of the trace, and layers that print. What is shown
// when, and where to, is theirs.
export { addressText, valueText } from './values.js';
export { argumentText, constantTexts } from './arguments.js';
