// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Hints} from "../../src/auxiliary/IPollingPlace.sol";
import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Kernel, MetaBlock, ValidatorUpdate, Vote} from "../../src/lib/Types.sol";
import {Tries} from "./Tries.sol";
import {World} from "./World.sol";

/// @dev What a second reader tried against the auxiliary contracts: each test is an attack that must fail.
contract AuxiliaryAdversaryTest is World {
    function _joins(uint256 from, uint256 count) private pure returns (ValidatorUpdate[] memory updates) {
        updates = new ValidatorUpdate[](count);
        for (uint256 i = 0; i < count; ++i) {
            updates[i] = ValidatorUpdate(signerOf(from + i), 10, JOIN);
        }
    }

    // (5.6)
    function test_a_kernel_of_64_joins_is_relayed_within_a_block() public {
        build(four());
        advance();
        Vote memory link = advance();
        (Kernel memory k, MetaBlock memory parent) = kernelAfter(link, _joins(4, 64));
        (bytes32 root, bytes[] memory accountProof, bytes[] memory slotProof) = Tries.world(CORE, 0, MosaicHash.hash(k));
        uint64 number = finaliseOrigin(root);
        relay.relay(number, accountProof, slotProof, k, parent, link, Hints(0, 0));
        assertLt(vm.snapshotGasLastCall("auxiliary", "relay: 64 joins, proofs of one node"), 30_000_000);
        assertEq(place.validatorCount(), 68);
    }
}
