// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AuxiliaryBlockStore} from "../../src/auxiliary/AuxiliaryBlockStore.sol";
import {AuxiliaryConfig, Head, Hints} from "../../src/auxiliary/IPollingPlace.sol";
import {KernelRelay} from "../../src/auxiliary/KernelRelay.sol";
import {OriginBlockStore} from "../../src/auxiliary/OriginBlockStore.sol";
import {PollingPlace} from "../../src/auxiliary/PollingPlace.sol";
import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Kernel, MetaBlock, ValidatorUpdate, Vote} from "../../src/lib/Types.sol";
import {Base} from "../Base.sol";
import {Headers} from "./Headers.sol";
import {Tries} from "./Tries.sol";

/// @dev A small auxiliary chain whose blocks are made here and given to the EVM as its own, the four contracts on it,
/// and validators whose keys are known.
///
///     block   16 (root, height 2) ... 24 (height 3) ... 32 (height 4) ...
abstract contract World is Base {
    uint64 internal constant E = 8;
    uint64 internal constant E_O = 4;
    uint64 internal constant ROOT_HEIGHT = 2;
    uint64 internal constant ORIGIN_ROOT_HEIGHT = 10;
    uint256 internal constant ORIGIN_CHAIN = 1337;
    address internal constant CORE = address(0xC04E);
    bytes32 internal constant ORIGIN_ROOT = keccak256("origin root");
    uint256 internal constant KEYS = 0xA11CE000;
    uint8 internal constant JOIN = 0;
    uint8 internal constant WEIGHT = 1;
    uint8 internal constant LOGOUT = 2;
    uint8 internal constant SLASH = 3;

    AuxiliaryBlockStore internal store;
    OriginBlockStore internal origin;
    KernelRelay internal relay;
    PollingPlace internal place;
    bytes32 internal coreId;
    bytes32 internal originId;
    bytes32 internal domain;

    mapping(uint64 number => bytes) internal headerAt;
    mapping(uint64 number => bytes32) internal hashAt;
    uint64 internal tip;
    uint64 internal reportedTo;
    /// The highest justified checkpoint of the chain that `advance` makes, and that of origin.
    uint64 internal height;
    uint64 internal originHeight;
    bytes32 internal originTip;
    /// The kernel that was given to the contracts last.
    Kernel internal newest;

    // The world.

    function build(uint32[] memory weights) internal {
        (coreId, originId) = (MosaicHash.coreId(ORIGIN_CHAIN, CORE), MosaicHash.originId(ORIGIN_CHAIN));
        domain = MosaicHash.domain(ORIGIN_CHAIN, CORE);
        tip = ROOT_HEIGHT * E - 1;
        hashAt[tip] = keccak256("before the root");
        mineTo(ROOT_HEIGHT * E);
        (height, reportedTo) = (ROOT_HEIGHT, tip);
        (originHeight, originTip) = (ORIGIN_ROOT_HEIGHT, ORIGIN_ROOT);
        address predicted = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 3);
        store = new AuxiliaryBlockStore(headerAt[tip], E);
        origin = new OriginBlockStore(ORIGIN_ROOT_HEIGHT * E_O, ORIGIN_ROOT, E_O, predicted);
        relay = new KernelRelay(ORIGIN_CHAIN, CORE, address(origin), predicted);
        place = new PollingPlace(config(), firstKernel(weights));
        assertEq(address(place), predicted);
    }

    function four() internal pure returns (uint32[] memory weights) {
        weights = same(4, 10);
    }

    function same(uint256 count, uint32 weight) internal pure returns (uint32[] memory weights) {
        weights = new uint32[](count);
        for (uint256 i = 0; i < count; ++i) {
            weights[i] = weight;
        }
    }

    function config() internal view returns (AuxiliaryConfig memory) {
        return AuxiliaryConfig({
            originChainId: ORIGIN_CHAIN,
            core: CORE,
            epoch: E,
            originEpoch: E_O,
            auxiliaryRootHash: hashAt[ROOT_HEIGHT * E],
            auxiliaryRootNumber: ROOT_HEIGHT * E,
            originRootNumber: ORIGIN_ROOT_HEIGHT * E_O,
            originRootHash: ORIGIN_ROOT,
            blockStore: address(store),
            originBlockStore: address(origin),
            kernelRelay: address(relay)
        });
    }

    function firstKernel(uint32[] memory weights) internal returns (Kernel memory) {
        newest.height = 1;
        newest.parent = keccak256("setup");
        newest.gasTarget = 1e6;
        delete newest.updates;
        for (uint256 i = 0; i < weights.length; ++i) {
            newest.updates.push(ValidatorUpdate(signerOf(i), weights[i], JOIN));
        }
        return newest;
    }

    // The chain.

    /// @dev Blocks up to `number`; the EVM then runs in the one after it.
    function mineTo(uint64 number) internal {
        while (tip < number) {
            ++tip;
            headerAt[tip] = Headers.make(
                hashAt[tip - 1],
                keccak256(abi.encode("state", tip)),
                keccak256(abi.encode("tx", tip)),
                tip,
                21_000 + tip
            );
            hashAt[tip] = keccak256(headerAt[tip]);
            vm.roll(tip + 1);
            vm.setBlockhash(tip, hashAt[tip]);
        }
    }

    /// @dev The headers from `first` + 1 to `last`, as one run.
    function run(uint64 first, uint64 last) internal view returns (bytes memory headers) {
        for (uint64 n = first + 1; n <= last; ++n) {
            headers = bytes.concat(headers, headerAt[n]);
        }
    }

    /// @dev Mines to a checkpoint; each one up to it is reported by a run of its own.
    function reach(uint64 h) internal {
        while (reportedTo < h * E) {
            mineTo(reportedTo + E);
            store.report(hashAt[reportedTo], run(reportedTo, reportedTo + E));
            reportedTo += E;
        }
    }

    function checkpoint(uint64 h) internal view returns (bytes32) {
        return hashAt[h * E];
    }

    // Votes.

    function keyOf(uint256 i) internal pure returns (uint256) {
        return KEYS + i;
    }

    function signerOf(uint256 i) internal pure returns (address) {
        return vm.addr(KEYS + i);
    }

    /// @dev A link about the auxiliary chain; the target's hash is that of its height.
    function linkOf(uint64 hs, uint64 ht) internal view returns (Vote memory) {
        bytes32 source = checkpoint(hs);
        bytes32 t = place.transitionHash(source, place.hints(source));
        return Vote(coreId, t, source, checkpoint(ht), hs, ht);
    }

    function hintsOf(Vote memory link) internal view returns (Hints memory hints) {
        if (link.chain == coreId && link.source != 0) {
            (, bool anchored) = store.position(link.source);
            if (anchored) hints = place.hints(link.source);
        }
    }

    function signed(uint256 i, Vote memory link) internal view returns (bytes32 r, bytes32 vs) {
        return signWords(keyOf(i), MosaicHash.digest(domain, MosaicHash.hash(link)));
    }

    function cast(uint32 i, Vote memory link) internal {
        (bytes32 r, bytes32 vs) = signed(i, link);
        place.vote(link, i, r, vs, hintsOf(link));
    }

    /// @dev As `cast`, expecting the error.
    function refuse(uint32 i, Vote memory link, bytes memory why) internal {
        (bytes32 r, bytes32 vs) = signed(i, link);
        Hints memory hints = hintsOf(link);
        vm.expectRevert(why);
        place.vote(link, i, r, vs, hints);
    }

    function recordOf(uint32 i, Vote memory link) internal view returns (bytes memory) {
        (bytes32 r, bytes32 vs) = signed(i, link);
        return abi.encodePacked(i, r, vs);
    }

    /// @dev Records of the validators `from` to `to` - 1.
    function records(uint32 from, uint32 to, Vote memory link) internal view returns (bytes memory all) {
        for (uint32 i = from; i < to; ++i) {
            all = bytes.concat(all, recordOf(i, link));
        }
    }

    function castAll(Vote memory link) internal {
        place.voteBatch(link, records(0, place.validatorCount(), link), hintsOf(link));
    }

    /// @dev The next checkpoint, with everybody's vote on the link to it: it is justified, its parent finalised.
    function advance() internal returns (Vote memory link) {
        reach(height + 1);
        link = linkOf(height, height + 1);
        castAll(link);
        ++height;
    }

    // Origin.

    function originHeader(uint64 h, bytes32 stateRoot) internal pure returns (bytes memory) {
        return Headers.make(keccak256(abi.encode("parent", h)), stateRoot, keccak256("tx"), h * E_O, 1);
    }

    /// @dev The next checkpoint of origin, reported; not voted on.
    function originLink(bytes32 stateRoot) internal returns (Vote memory) {
        bytes memory header = originHeader(originHeight + 1, stateRoot);
        origin.report(header);
        return Vote(originId, 0, originTip, keccak256(header), originHeight, originHeight + 1);
    }

    function advanceOrigin(bytes32 stateRoot) internal returns (Vote memory link) {
        link = originLink(stateRoot);
        castAll(link);
        (originHeight, originTip) = (link.targetHeight, link.target);
    }

    /// @dev Makes a checkpoint of origin with this state root final; returns its block number.
    function finaliseOrigin(bytes32 stateRoot) internal returns (uint64 number) {
        advanceOrigin(stateRoot);
        number = originHeight * E_O;
        advanceOrigin(keccak256(abi.encode("above", number)));
    }

    // Kernels.

    function update(uint256 i, uint96 weight, uint8 kind) internal pure returns (ValidatorUpdate[] memory one) {
        one = new ValidatorUpdate[](1);
        one[0] = ValidatorUpdate(signerOf(i), weight, kind);
    }

    /// @dev The kernel after the newest one, on the meta-block that `link` committed.
    function kernelAfter(Vote memory link, ValidatorUpdate[] memory updates)
        internal
        view
        returns (Kernel memory k, MetaBlock memory parent)
    {
        parent = MetaBlock(MosaicHash.hash(newest), link.transition, MosaicHash.hash(link));
        k = Kernel(newest.height + 1, MosaicHash.hash(parent), updates, newest.gasTarget + 1e6);
    }

    /// @dev Relays with a real proof under a finalised root, made for the kernel.
    function relayKernel(Kernel memory k, MetaBlock memory parent, Vote memory link) internal {
        (bytes32 root, bytes[] memory accountProof, bytes[] memory slotProof) = Tries.world(CORE, 0, MosaicHash.hash(k));
        uint64 number = finaliseOrigin(root);
        relay.relay(number, accountProof, slotProof, k, parent, link, hintsOf(link));
        remember(k);
    }

    /// @dev Gives a kernel to the polling place as the relay does; for tests of what comes after.
    function adopt(ValidatorUpdate[] memory updates) internal {
        Kernel memory k = Kernel(newest.height + 1, keccak256("parent"), updates, newest.gasTarget + 1e6);
        vm.prank(address(relay));
        place.adopt(k);
        remember(k);
    }

    /// @dev A kernel in which `count` validators of weight 10 join, from index `from` on.
    function adoptMany(uint256 from, uint256 count) internal {
        ValidatorUpdate[] memory updates = new ValidatorUpdate[](count);
        for (uint256 i = 0; i < count; ++i) {
            updates[i] = ValidatorUpdate(signerOf(from + i), 10, JOIN);
        }
        adopt(updates);
    }

    function remember(Kernel memory k) internal {
        (newest.height, newest.parent, newest.gasTarget) = (k.height, k.parent, k.gasTarget);
        delete newest.updates;
        for (uint256 i = 0; i < k.updates.length; ++i) {
            newest.updates.push(k.updates[i]);
        }
    }
}
