// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Transition, Vote} from "../../src/lib/Types.sol";
import {ConstantReputation} from "../../src/origin/ConstantReputation.sol";
import {Core} from "../../src/origin/Core.sol";
import {Committed, CoreConfig} from "../../src/origin/ICore.sol";
import {RegistryConfig, ValidatorState} from "../../src/origin/IRegistry.sol";
import {OriginHistory} from "../../src/origin/OriginHistory.sol";
import {Registry} from "../../src/origin/Registry.sol";
import {StakeToken} from "../../src/token/StakeToken.sol";
import {Base, Vm} from "../Base.sol";

/// @dev A core with the parameters of the demo, on a chain at block 1,000. Validator i has key 1000 + i and withdrawal
/// address 0x2000 + i; this contract deposits for all.
abstract contract OriginFixture is Base {
    uint256 internal constant UNIT = 1 ether;
    uint256 internal constant STAKE = 100 ether;
    uint256 internal constant BOND = 5 ether;
    uint64 internal constant ROOT_HEIGHT = 2;
    uint256 internal constant GAS_STEP = 1_000_000;
    bytes32 internal constant SALT = keccak256("salt");

    StakeToken internal token;
    OriginHistory internal history;
    Core internal core;
    Registry internal registry;
    CoreConfig internal coreConfig;
    RegistryConfig internal registryConfig;
    mapping(address signer => uint256 key) internal keyOf;

    function setUp() public virtual {
        vm.roll(1000);
        vm.warp(1_700_000_000);
        for (uint256 number = 990; number < 1000; ++number) {
            vm.setBlockhash(number, _hashOf(number));
        }
        token = new StakeToken("Stake", "STK", 1e9 ether, address(this));
        history = new OriginHistory();
        coreConfig = _coreConfig();
        registryConfig = _registryConfig();
        _deploy();
    }

    function _coreConfig() internal view virtual returns (CoreConfig memory) {
        return CoreConfig({
            auxiliaryChainId: 1338,
            auxiliaryRootNumber: ROOT_HEIGHT * 16,
            auxiliaryRootHash: keccak256("root of A"),
            epoch: 16,
            originEpoch: 8,
            pollingPlace: address(0xAAAA),
            history: address(history),
            registry: address(0),
            stakeToken: address(token),
            gasStep: GAS_STEP,
            challengePeriod: 3,
            proposalBond: BOND,
            haltBond: 10 ether,
            haltAfter: 300,
            haltWindow: 120,
            setupGrace: 600
        });
    }

    function _registryConfig() internal virtual returns (RegistryConfig memory) {
        return RegistryConfig({
            depositPeriod: 0,
            minValidators: 1,
            minStakeTotal: 0,
            minStake: 10 ether,
            weightUnit: uint128(UNIT),
            maxUpdates: 16,
            withdrawalDelay: 60,
            leakFraction: 1e16,
            missFraction: 1e15,
            missCap: 1e17,
            observationFraction: 1e17,
            reporterShare: 5e16,
            reputation: address(new ConstantReputation()),
            reputationGas: 50_000
        });
    }

    /// Core first; it names the address that the registry gets next.
    function _deploy() internal {
        coreConfig.registry = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        core = new Core(coreConfig, registryConfig, SALT);
        registry = new Registry(address(core), registryConfig);
        token.approve(address(core), type(uint256).max);
        token.approve(address(registry), type(uint256).max);
    }

    function _hashOf(uint256 number) internal pure returns (bytes32) {
        return keccak256(abi.encode("block of O", number));
    }

    // Validators

    function _key(uint256 i) internal pure returns (uint256) {
        return 1000 + i;
    }

    function _signer(uint256 i) internal pure returns (address) {
        return vm.addr(_key(i));
    }

    function _withdrawal(uint256 i) internal pure returns (address) {
        return address(uint160(0x2000 + i));
    }

    function _depositSignature(uint256 i) internal view returns (bytes memory) {
        return sign(_key(i), registry.depositDigest(_signer(i), _withdrawal(i), address(this)));
    }

    function _deposit(uint256 i, uint256 amount) internal {
        Vm.Wallet memory wallet = vm.createWallet(_key(i));
        keyOf[wallet.addr] = _key(i);
        registry.deposit(
            amount, bytes32(wallet.publicKeyX), bytes32(wallet.publicKeyY), _withdrawal(i), _depositSignature(i)
        );
    }

    function _logout(uint256 i) internal {
        vm.prank(_withdrawal(i));
        registry.logout(_signer(i), "");
    }

    /// Validators 0 .. count - 1 deposit the same and found the core.
    function _open(uint256 count) internal {
        for (uint256 i = 0; i < count; ++i) {
            _deposit(i, STAKE);
        }
        core.open();
    }

    // Meta-blocks

    /// A transition that adds a dynasty and a full gas step to the committed one.
    function _transition() internal view returns (Transition memory) {
        Committed memory last = core.committed();
        return Transition({
            dynasty: last.dynasty + 1,
            originNumber: last.originNumber,
            originHash: history.known(last.originNumber),
            transactionRoot: keccak256(abi.encode("r", last.dynasty)),
            gas: core.gasTarget(),
            kernel: core.openKernel()
        });
    }

    function _statedHeight() internal view returns (uint64) {
        return core.committed().sourceHeight + 1;
    }

    function _link(Transition memory t, uint64 sourceHeight) internal view returns (Vote memory) {
        return Vote({
            chain: core.coreId(),
            transition: MosaicHash.hash(t),
            source: keccak256(abi.encode("block of A", sourceHeight)),
            target: keccak256(abi.encode("block of A", sourceHeight + 1)),
            sourceHeight: sourceHeight,
            targetHeight: sourceHeight + 1
        });
    }

    function _digest(Vote memory link) internal view returns (bytes32) {
        return MosaicHash.digest(core.domainSeparator(), MosaicHash.hash(link));
    }

    function _record(uint32 index, bytes32 digest) internal view returns (bytes memory) {
        return abi.encodePacked(index, sign(keyOf[registry.voter(index).signer], digest));
    }

    /// The seal of the validators with these indices.
    function _seal(Vote memory link, uint32[] memory indices) internal view returns (bytes memory seal) {
        bytes32 digest = _digest(link);
        seal = hex"00";
        for (uint256 i = 0; i < indices.length; ++i) {
            seal = bytes.concat(seal, _record(indices[i], digest));
        }
    }

    /// All indices that were assigned so far.
    function _all() internal view virtual returns (uint32[] memory indices) {
        indices = new uint32[](registry.indexCount());
        for (uint32 i = 0; i < indices.length; ++i) {
            indices[i] = i;
        }
    }

    function _first(uint32 count) internal pure returns (uint32[] memory indices) {
        indices = new uint32[](count);
        for (uint32 i = 0; i < count; ++i) {
            indices[i] = i;
        }
    }

    function _id(Transition memory t, uint64 statedHeight) internal view returns (bytes32) {
        return core.proposalId(MosaicHash.hash(t), statedHeight);
    }

    /// Proposes the next transition and lets the challenge period pass.
    function _proposeReady() internal returns (Transition memory t, uint64 statedHeight) {
        (t, statedHeight) = (_transition(), _statedHeight());
        core.propose(t, statedHeight, new bytes[](0));
        vm.warp(core.proposal(_id(t, statedHeight)).readyAt);
    }

    /// A commit whose arguments are ready, so that a test can expect events of the very next call.
    struct Ready {
        Transition t;
        uint64 statedHeight;
        Vote link;
        bytes seal;
    }

    /// The next meta-block, proposed, past its challenge period, and sealed by everybody who has an index.
    function _sealedNext() internal returns (Ready memory ready) {
        (ready.t, ready.statedHeight) = _proposeReady();
        ready.link = _link(ready.t, ready.statedHeight);
        ready.seal = _seal(ready.link, _all());
    }

    function _commit(Ready memory ready) internal {
        core.commit(ready.t, ready.statedHeight, ready.link, ready.seal);
    }

    function _commitNext() internal {
        _commit(_sealedNext());
    }

    // States that only later clauses reach

    /// Slot 1 of the core: status in the lowest byte.
    function _halt() internal {
        bytes32 slot = vm.load(address(core), bytes32(uint256(1)));
        vm.store(address(core), bytes32(uint256(1)), (slot & ~bytes32(uint256(0xff))) | bytes32(uint256(2)));
    }

    function _state(uint256 i) internal view returns (ValidatorState) {
        return registry.account(_signer(i)).state;
    }
}
