// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AuxiliaryBlockStore} from "../src/auxiliary/AuxiliaryBlockStore.sol";
import {Link, Voting} from "../src/auxiliary/IPollingPlace.sol";
import {KernelRelay} from "../src/auxiliary/KernelRelay.sol";
import {OriginBlockStore} from "../src/auxiliary/OriginBlockStore.sol";
import {PollingPlace} from "../src/auxiliary/PollingPlace.sol";
import {MosaicHash} from "../src/lib/MosaicHash.sol";
import {Seal} from "../src/lib/Seal.sol";
import {ValidatorUpdate, Vote} from "../src/lib/Types.sol";
import {CoreStatus} from "../src/origin/ICore.sol";
import {RegistryConfig, Tally, Voter} from "../src/origin/IRegistry.sol";
import {IReputation} from "../src/origin/IReputation.sol";
import {Registry} from "../src/origin/Registry.sol";
import {StakeToken} from "../src/token/StakeToken.sol";
import {Vm} from "./Base.sol";
import {World} from "./auxiliary/World.sol";

/// @dev Both ends of the kernels: what the registry carries, the polling place adopts. At every height both must give
/// every validator the same index and the same F(n), F(n-1), F(n-2), the same totals, and a seal and a link the same
/// tallies (5.1, 5.3). The test stands in for the core.
contract SeamTest is World {
    address private constant REPUTATION = address(0x4e9);

    Registry public registry;
    StakeToken private token;
    bytes32 public registryConfigHash;
    bytes32 public domainSeparator;
    CoreStatus public status;
    uint64 public openHeight;
    uint256 private count;
    mapping(uint256 who => bool) private left;

    function stakeToken() external view returns (address) {
        return address(token);
    }

    function setUp() public {
        vm.chainId(ORIGIN_CHAIN);
        token = new StakeToken("Stake", "STK", type(uint128).max, address(this));
        RegistryConfig memory config_;
        (config_.minStake, config_.weightUnit, config_.maxUpdates) = (1, 1, 4);
        (config_.reputation, config_.reputationGas) = (REPUTATION, 50_000);
        registryConfigHash = keccak256(abi.encode(config_));
        domainSeparator = MosaicHash.domain(ORIGIN_CHAIN, CORE);
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        registry = Registry(next);
        new Registry(address(this), config_);
        token.approve(next, type(uint256).max);
    }

    /// As World's, over a kernel of the registry's.
    function _found() private {
        status = CoreStatus.Open;
        openHeight = 1;
        newest.height = 1;
        newest.gasTarget = 1;
        _take(registry.found());
        (coreId, originId) = (MosaicHash.coreId(ORIGIN_CHAIN, CORE), MosaicHash.originId(ORIGIN_CHAIN));
        domain = domainSeparator;
        tip = ROOT_HEIGHT * E - 1;
        hashAt[tip] = keccak256("before the root");
        mineTo(ROOT_HEIGHT * E);
        (height, reportedTo) = (ROOT_HEIGHT, tip);
        address predicted = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 3);
        store = new AuxiliaryBlockStore(headerAt[tip], E);
        origin = new OriginBlockStore(ORIGIN_ROOT_HEIGHT * E_O, ORIGIN_ROOT, E_O, predicted);
        relay = new KernelRelay(ORIGIN_CHAIN, CORE, address(origin), predicted);
        place = new PollingPlace(config(), newest);
    }

    function _take(ValidatorUpdate[] memory updates) private {
        delete newest.updates;
        for (uint256 i = 0; i < updates.length; ++i) {
            newest.updates.push(updates[i]);
        }
    }

    function _withdrawal(uint256 who) private pure returns (address) {
        return address(uint160(0x9000 + who));
    }

    function _answer(uint256 factor) private {
        vm.mockCall(REPUTATION, abi.encodeWithSelector(IReputation.reputation.selector), abi.encode(factor));
    }

    function _deposit(uint256 amount, uint256 factor) private {
        uint256 who = count++;
        _answer(factor);
        Vm.Wallet memory wallet = vm.createWallet(keyOf(who));
        bytes memory signature =
            sign(keyOf(who), registry.depositDigest(wallet.addr, _withdrawal(who), address(this)));
        registry.deposit(
            amount, bytes32(wallet.publicKeyX), bytes32(wallet.publicKeyY), _withdrawal(who), signature
        );
    }

    function _act(uint256 seed) private {
        uint256 who = (seed >> 8) % place.validatorCount();
        if (seed % 4 == 0) {
            _deposit(1 + (seed >> 16) % type(uint32).max, ((seed >> 64) % 3) * 5e17);
        } else if (seed % 4 == 1 && !left[who]) {
            left[who] = true;
            vm.prank(_withdrawal(who));
            registry.logout(signerOf(who), "");
        } else if (!left[who]) {
            _answer(((seed >> 64) % 5) * 25e16);
            // An update may wait already, or the weight be the same: then nothing is queued.
            (bool queued,) = address(registry).call(abi.encodeCall(registry.refresh, (signerOf(who))));
            queued;
        }
    }

    /// A link about A of the kernel in force and a seal of the same votes weigh the same on both chains.
    function _compareTallies(uint64 n) private returns (Link memory) {
        Vote memory link = advance();
        Link memory counted = place.link(MosaicHash.hash(link));
        assertEq(counted.kernel, n, "kernel");
        bytes memory seal = abi.encodePacked(Seal.ECDSA, records(0, place.validatorCount(), link));
        Tally memory sealed_ = registry.tally(n, MosaicHash.digest(domain, MosaicHash.hash(link)), seal);
        assertEq(counted.forward, sealed_.forward, "forward");
        assertEq(counted.rear, sealed_.rear, "rear");
        assertEq(counted.forwardTotal, sealed_.forwardTotal, "forward total");
        assertEq(counted.rearTotal, sealed_.rearTotal, "rear total");
        return counted;
    }

    function _compareFullTallies(uint64 n) private {
        Link memory counted = _compareTallies(n);
        assertEq(counted.forward, counted.forwardTotal, "everybody voted");
        assertEq(counted.rear, counted.rearTotal, "everybody voted before");
    }

    function _weight(uint32 weight, uint32 previous, uint32 changedAt, uint64 m) private pure returns (uint256) {
        return changedAt <= m ? weight : previous;
    }

    function _compareSets(uint64 n) private view {
        assertEq(registry.indexCount(), place.validatorCount(), "count");
        for (uint32 i = 0; i < registry.indexCount(); ++i) {
            Voter memory o = registry.voter(i);
            Voting memory a = place.validator(i);
            assertEq(o.signer, a.signer, "index");
            for (uint64 m = n > 1 ? n - 2 : 0; m <= n; ++m) {
                assertEq(
                    _weight(o.weight, o.previous, o.changedAt, m),
                    _weight(a.weight, a.previous, a.changedAt, m),
                    "F"
                );
            }
        }
        for (uint64 m = n > 1 ? n - 2 : 0; m <= n; ++m) {
            assertEq(registry.total(m), place.total(m), "total");
        }
    }

    /// forge-config: default.fuzz.runs = 24
    function testFuzz_both_chains_agree_on_indices_weights_and_tallies(uint256 seed) public {
        for (uint256 i = 0; i < 3; ++i) {
            _deposit(10 + i, 1e18);
        }
        _found();
        _compareSets(1);
        for (uint64 n = 1; n < 6; ++n) {
            _compareFullTallies(n);
            for (uint256 i = 0; i < 4; ++i) {
                seed = uint256(keccak256(abi.encode(seed)));
                _act(seed);
            }
            _take(registry.advance(n + 1, bytes32(0)));
            openHeight = n + 1;
            newest.height = n + 1;
            vm.prank(address(relay));
            place.adopt(newest);
            _compareSets(n + 1);
            // Two dynasties put it in force; the next checkpoint is the first source that it tallies.
            advance();
            advance();
            advance();
            assertEq(place.head().kernel, n + 1, "in force");
        }
    }

    /// One evidence, votes about origin, ends a validator on both chains; another one is slashed on origin alone, and the kernel that carries
    /// that takes its vote here (2.3, 5.6).
    function test_slashes_pass_the_seam_by_evidence_and_by_kernel() public {
        for (uint256 i = 0; i < 8; ++i) {
            _deposit(10, 1e18);
        }
        _found();
        while (registry.indexCount() < 8) {
            _next();
        }
        // Once more, so that all are in the rear set too: of the founders alone two would be more than a third.
        _next();
        uint64 n = openHeight;
        (Vote memory a, bytes memory signatureA) = _evidence(1, "a");
        (Vote memory b, bytes memory signatureB) = _evidence(1, "b");
        registry.slash(a, signatureA, b, signatureB);
        place.slash(a, signatureA, b, signatureB);
        (a, signatureA) = _evidence(2, "a");
        (b, signatureB) = _evidence(2, "b");
        registry.slash(a, signatureA, b, signatureB);
        _next();
        _compareSets(n + 1);
        assertEq(place.total(n + 1), 60);
        check(place.signer(signerOf(1)).slashed && place.signer(signerOf(2)).slashed, "both");
        Link memory counted = _compareTallies(n + 1);
        assertEq(counted.forward, 60);
        assertEq(counted.rear, 60);
        assertEq(counted.rearTotal, 80);
    }

    function _evidence(uint256 who, string memory target) private view returns (Vote memory v, bytes memory) {
        v = Vote(originId, 0, keccak256("source"), keccak256(bytes(target)), 3, 4);
        return (v, sign(keyOf(who), MosaicHash.digest(domain, MosaicHash.hash(v))));
    }

    /// The next kernel, adopted and in force.
    function _next() private {
        advance();
        _take(registry.advance(openHeight + 1, bytes32(0)));
        newest.height = ++openHeight;
        vm.prank(address(relay));
        place.adopt(newest);
        advance();
        advance();
        advance();
    }

    /// The largest stake of the smallest unit: 32 bits of weight, and totals of several such.
    function test_the_largest_weights_pass_the_seam() public {
        for (uint256 i = 0; i < 4; ++i) {
            _deposit(type(uint32).max, 1e18);
        }
        _found();
        _compareSets(1);
        _compareFullTallies(1);
        assertEq(place.total(1), 4 * uint256(type(uint32).max));
    }
}
