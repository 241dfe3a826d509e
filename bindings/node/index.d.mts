export * from './index.cjs';
import * as contextpack from './index.cjs';
export default contextpack;
