// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AuxiliaryBlockStore} from "../../src/auxiliary/AuxiliaryBlockStore.sol";
import {AuxiliaryConfig} from "../../src/auxiliary/IPollingPlace.sol";
import {KernelRelay} from "../../src/auxiliary/KernelRelay.sol";
import {OriginBlockStore} from "../../src/auxiliary/OriginBlockStore.sol";
import {PollingPlace} from "../../src/auxiliary/PollingPlace.sol";
import {Kernel} from "../../src/lib/Types.sol";
import {CoreConfig, ICore} from "../../src/origin/ICore.sol";
import {RegistryConfig} from "../../src/origin/IRegistry.sol";
import {Vm} from "../Base.sol";
import {Headers} from "../auxiliary/Headers.sol";
import {Tries} from "../auxiliary/Tries.sol";
import {OriginFixture} from "../origin/OriginFixture.sol";
import {SetReputation} from "./OriginLedger.sol";

/// @dev All contracts of both sides on one chain, which is origin and auxiliary chain at once: its blocks are made here, and
/// each block's state root is that of a trie that holds the core's open kernel. So kernels cross by true proofs.
///
///     block   992 (root of both) ... 1000 (the core opens) ...      epochs of 8 (A) and 4 (O)
abstract contract SeamWorld is OriginFixture {
    uint64 internal constant E = 8;
    uint64 internal constant E_O = 4;
    uint64 internal constant ROOT = 992;
    uint256 internal constant FOUNDERS = 6;

    SetReputation internal factors;
    AuxiliaryBlockStore internal store;
    OriginBlockStore internal origin;
    KernelRelay internal relay;
    PollingPlace internal place;
    bytes32 internal coreId;
    bytes32 internal originId;

    uint64 internal tip;
    mapping(uint64 number => bytes) internal headerAt;
    mapping(uint64 number => bytes32) internal hashAt;
    /// The open kernel that the state of a block holds.
    mapping(uint64 number => bytes32) internal kernelIn;
    Kernel[] internal kernels;
    uint256 internal count;
    mapping(address signer => uint256) internal whoOf;
    /// F_v(k) by index, as kernels say.
    mapping(uint32 index => mapping(uint64 height => uint256)) internal weightAt;
    mapping(address signer => uint32) internal indexOf;
    uint32 internal indices;

    function setUp() public override {
        factors = new SetReputation();
        tip = ROOT - 1;
        hashAt[tip] = keccak256("before the root");
        _mine(ROOT);
        super.setUp();
        _mineFrom(ROOT + 1, 1000);
        for (uint256 i = 0; i < FOUNDERS; ++i) {
            _enter(40 ether + i);
        }
        vm.recordLogs();
        core.open();
        _read();
        _found();
    }

    function _coreConfig() internal view override returns (CoreConfig memory config) {
        config = super._coreConfig();
        (config.auxiliaryRootNumber, config.auxiliaryRootHash) = (ROOT, hashAt[ROOT]);
        (config.epoch, config.originEpoch, config.gasStep) = (E, E_O, 1_000);
    }

    function _registryConfig() internal override returns (RegistryConfig memory config) {
        config = super._registryConfig();
        config.reputation = address(factors);
        config.maxUpdates = 6;
    }

    function _enter(uint256 amount) internal {
        whoOf[_signer(count)] = count;
        _deposit(count++, amount);
    }

    function _found() private {
        (coreId, originId) = (core.coreId(), core.originId());
        address predicted = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 3);
        store = new AuxiliaryBlockStore(headerAt[ROOT], E);
        origin = new OriginBlockStore(core.originRootNumber(), hashAt[core.originRootNumber()], E_O, predicted);
        relay = new KernelRelay(block.chainid, address(core), address(origin), predicted);
        AuxiliaryConfig memory config = AuxiliaryConfig({
            originChainId: block.chainid,
            core: address(core),
            epoch: E,
            originEpoch: E_O,
            auxiliaryRootHash: hashAt[ROOT],
            auxiliaryRootNumber: ROOT,
            originRootNumber: core.originRootNumber(),
            originRootHash: hashAt[core.originRootNumber()],
            blockStore: address(store),
            originBlockStore: address(origin),
            kernelRelay: address(relay)
        });
        place = new PollingPlace(config, kernels[0]);
    }

    // The chain

    function _mine(uint64 number) internal {
        _mineFrom(tip + 1, number);
    }

    /// Blocks up to `number`; the EVM then runs in the one after it.
    function _mineFrom(uint64 from, uint64 number) internal {
        bytes32 kernel = address(core) == address(0) ? bytes32(0) : core.openKernel();
        bytes32 root = keccak256("no core yet");
        if (kernel != 0) (root,,) = Tries.world(address(core), 0, kernel);
        for (tip = from; tip <= number; ++tip) {
            headerAt[tip] =
                Headers.make(hashAt[tip - 1], root, keccak256(abi.encode("tx", tip)), tip, 21_000 + tip);
            hashAt[tip] = keccak256(headerAt[tip]);
            kernelIn[tip] = kernel;
        }
        --tip;
        _present();
    }

    /// The EVM's own view of the last blocks: those that are anchored and recorded when they are mined.
    function _present() internal {
        vm.roll(tip + 1);
        for (uint64 number = tip > ROOT + 2 * E ? tip - 2 * E : ROOT; number <= tip; ++number) {
            vm.setBlockhash(number, hashAt[number]);
        }
    }

    function _run(uint64 first, uint64 last) internal view returns (bytes memory headers) {
        for (uint64 number = first + 1; number <= last; ++number) {
            headers = bytes.concat(headers, headerAt[number]);
        }
    }

    // What kernels say

    function _read() internal {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            _log(logs[i]);
            if (logs[i].topics[0] != ICore.KernelOpened.selector) continue;
            (, Kernel memory k) = abi.decode(logs[i].data, (bytes32, Kernel));
            Kernel storage kept = kernels.push();
            (kept.height, kept.parent, kept.gasTarget) = (k.height, k.parent, k.gasTarget);
            for (uint32 index = 0; index < indices; ++index) {
                weightAt[index][k.height] = weightAt[index][k.height - 1];
            }
            for (uint256 u = 0; u < k.updates.length; ++u) {
                kept.updates.push(k.updates[u]);
                if (k.updates[u].kind == 0) indexOf[k.updates[u].validator] = indices++;
                weightAt[indexOf[k.updates[u].validator]][k.height] = k.updates[u].weight;
                if (k.height == 1) weightAt[indexOf[k.updates[u].validator]][0] = k.updates[u].weight;
            }
        }
    }

    function _log(Vm.Log memory log) internal virtual;
}
