// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Kernel, Transition, Vote} from "../../src/lib/Types.sol";
import {ICore, MissedEvidence} from "../../src/origin/ICore.sol";
import {Vm} from "../Base.sol";
import {Headers} from "../auxiliary/Headers.sol";
import {Tries} from "../auxiliary/Tries.sol";
import {Entry, Trie} from "../gateway/Trie.sol";
import {SlashFixture} from "./SlashFixture.sol";

/// @dev Meta-blocks whose source block has a true header, over a state in which the polling place had finalised lower
/// checkpoints, so that what a commit passed over can be proven (4.4 b).
///
///     height   h_s(n-1) ... +3 finalised, target reached ... +5 likewise ... +10 committed as B_n
abstract contract MissedFixture is SlashFixture {
    uint64 internal constant STEP = 10;

    /// What opens the kernels: by height of kernel and meta-block.
    mapping(uint64 height => bytes32) internal kernelAt;
    mapping(uint64 height => bytes32) internal updatesAt;
    mapping(uint64 height => Transition) internal transitionAt;
    mapping(uint64 height => Vote) internal linkAt;
    /// The checkpoints finalised in the state of the newest source block, and their transitions.
    uint64[] internal finalisedHeights;
    mapping(uint64 height => Transition) internal finalisedAt;
    bytes internal sourceHeader;

    function _openRecorded(uint256 count) internal {
        for (uint256 i = 0; i < count; ++i) {
            _deposit(i, STAKE);
        }
        vm.recordLogs();
        core.open();
        _readKernel();
    }

    function _readKernel() internal virtual {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != ICore.KernelOpened.selector) continue;
            (bytes32 hash, Kernel memory k) = abi.decode(logs[i].data, (bytes32, Kernel));
            bytes32[] memory updates = new bytes32[](k.updates.length);
            for (uint256 u = 0; u < updates.length; ++u) {
                updates[u] = MosaicHash.hash(k.updates[u]);
            }
            (kernelAt[k.height], updatesAt[k.height]) = (hash, keccak256(abi.encodePacked(updates)));
        }
    }

    /// T of the finalised checkpoint at `height`, under the open kernel: it reaches the gas target.
    function _finalised(uint64 height) internal view virtual returns (Transition memory t) {
        t = _transition();
        t.gas += height;
        t.transactionRoot = keccak256(abi.encode("r", height));
    }

    /// Commits the checkpoint STEP above the last, over those finalised 3 and 5 above it.
    function _commitOver() internal {
        uint64 last = core.committed().sourceHeight;
        delete finalisedHeights;
        for (uint64 h = 3; h <= 5; h += 2) {
            finalisedHeights.push(last + h);
            finalisedAt[last + h] = _finalised(last + h);
        }
        uint64 height = core.openHeight();
        Transition memory t = _finalised(last + STEP);
        t.dynasty += 2;
        bytes32 stateRoot;
        (stateRoot,,) = _proofs(last + 3);
        sourceHeader = Headers.make(keccak256("parent"), stateRoot, t.transactionRoot, (last + STEP) * 16, 21_000);
        Vote memory link = _link(t, last + STEP);
        link.source = keccak256(sourceHeader);
        (transitionAt[height], linkAt[height]) = (t, link);
        core.propose(t, last + STEP, new bytes[](0));
        vm.warp(block.timestamp + 3);
        bytes memory seal = _seal(link, _all());
        vm.recordLogs();
        core.commit(t, last + STEP, link, seal);
        _readKernel();
    }

    function _path(uint64 height) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256(abi.encode(uint256(height), uint256(0)))));
    }

    /// The polling place's storage: what it finalised, and a word of its own.
    function _storage() private view returns (Entry[] memory entries) {
        uint256 count = finalisedHeights.length;
        entries = new Entry[](count + 1);
        for (uint256 i = 0; i < count; ++i) {
            bytes32 hash = MosaicHash.hash(finalisedAt[finalisedHeights[i]]);
            entries[i] = Entry(_path(finalisedHeights[i]), RLP.encode(uint256(hash)));
        }
        entries[count] = Entry(keccak256(abi.encode(uint256(1))), RLP.encode(type(uint256).max));
    }

    function _proofs(uint64 height)
        internal
        view
        returns (bytes32 stateRoot, bytes[] memory accountProof, bytes[] memory slotProof)
    {
        Entry[] memory entries = _storage();
        slotProof = Trie.prove(entries, _path(height));
        bytes memory hash = RLP.encode(keccak256("code"));
        bytes memory state = Tries.account(hex"01", hex"80", RLP.encode(Trie.root(entries)), hash);
        (stateRoot, accountProof) = Tries.lone(abi.encodePacked(coreConfig.pollingPlace), state);
    }

    /// All that shows that the last commit passed over this height.
    function _missed(uint64 height) internal view returns (MissedEvidence memory e) {
        uint64 n = core.openHeight();
        e.updates = updatesAt[n];
        e.transition = MosaicHash.hash(transitionAt[n - 1]);
        e.vote = MosaicHash.hash(linkAt[n - 1]);
        e.kernelUpdates = updatesAt[n - 1];
        e.missed = finalisedAt[height];
        e.missedHeight = height;
        e.header = sourceHeader;
        (, e.accountProof, e.slotProof) = _proofs(height);
        e.previousKernel = kernelAt[n - 2];
        e.previous = transitionAt[n - 2];
        e.previousLink = linkAt[n - 2];
    }
}
