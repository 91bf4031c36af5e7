// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Vote} from "../../src/lib/Types.sol";
import {CoreStatus, ICore} from "../../src/origin/ICore.sol";
import {IRegistry} from "../../src/origin/IRegistry.sol";
import {OriginFixture} from "./OriginFixture.sol";

/// @dev Pairs of signed votes, and cores whose founders weigh what a test says.
abstract contract SlashFixture is OriginFixture {
    uint256 internal constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    /// A vote about the auxiliary chain; hashes of blocks are those of their heights.
    function _vote(uint64 sourceHeight, uint64 targetHeight) internal view returns (Vote memory) {
        return Vote({
            chain: core.coreId(),
            transition: keccak256(abi.encode("T", sourceHeight)),
            source: keccak256(abi.encode("block of A", sourceHeight)),
            target: keccak256(abi.encode("block of A", targetHeight)),
            sourceHeight: sourceHeight,
            targetHeight: targetHeight
        });
    }

    function _signed(uint256 i, Vote memory cast) internal view returns (bytes memory) {
        return sign(_key(i), _digest(cast));
    }

    /// Two votes for one target height.
    function _double() internal view returns (Vote memory a, Vote memory b) {
        return (_vote(3, 6), _vote(4, 6));
    }

    function _slash(uint256 i) internal {
        (Vote memory a, Vote memory b) = _double();
        _slashFor(i, a, b);
    }

    function _slashFor(uint256 i, Vote memory a, Vote memory b) internal {
        (bytes memory signatureA, bytes memory signatureB) = (_signed(i, a), _signed(i, b));
        registry.slash(a, signatureA, b, signatureB);
    }

    function _refuse(uint256 i, Vote memory a, Vote memory b, bytes memory why) internal {
        (bytes memory signatureA, bytes memory signatureB) = (_signed(i, a), _signed(i, b));
        vm.expectRevert(why);
        registry.slash(a, signatureA, b, signatureB);
    }

    /// Founder i weighs weights[i].
    function _openWith(uint256[] memory weights) internal {
        for (uint256 i = 0; i < weights.length; ++i) {
            _deposit(i, weights[i] * UNIT);
        }
        core.open();
    }

    function _weights(uint256 a, uint256 b, uint256 c) internal pure returns (uint256[] memory weights) {
        weights = new uint256[](3);
        (weights[0], weights[1], weights[2]) = (a, b, c);
    }

    function _isHalted() internal view returns (bool) {
        return core.status() == CoreStatus.Halted;
    }

    function _expectHalt() internal {
        vm.expectEmit(address(core));
        emit ICore.CoreHalted(3);
    }

    /// The next meta-block, sealed by these validators alone.
    function _commitBy(uint32[] memory indices) internal {
        Ready memory ready = _sealedNext();
        ready.seal = _seal(ready.link, indices);
        _commit(ready);
    }

    function _from(uint32 first, uint32 count) internal pure returns (uint32[] memory indices) {
        indices = new uint32[](count);
        for (uint32 i = 0; i < count; ++i) {
            indices[i] = first + i;
        }
    }
}
