// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BusState} from "./BusState.sol";
import {RecoveryRoot} from "./IGateway.sol";

/// @title What recovery keeps in the gateway (gateway 7.7)
/// @dev Storage behind the bus's: slots 9 to 12 the recovery root, 13 whose balances were recovered.
abstract contract RecoveryState is BusState {
    RecoveryRoot internal recovery;
    mapping(address holder => bool done) internal recovered;
}
